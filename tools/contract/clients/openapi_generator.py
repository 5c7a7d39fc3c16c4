"""A program on the client that openapi-generator makes: it reads every list, and a file."""

import hashlib
import sys

import openapi_client as her2

client = her2.ApiClient(her2.Configuration(host=sys.argv[1]))
page = her2.SurvivalApi(client).list_survival_figures()

lists = 0
for api in (getattr(her2, name)(client) for name in dir(her2) if name.endswith("Api")):
    for name in dir(api):
        if name.startswith("list_") and not name.endswith(("_info", "_content")):
            answer = getattr(api, name)()
            assert len(answer.items) == answer.total or answer.next, name
            lists += 1
assert lists > 10

export = her2.ExportApi(client)
file = export.list_exports().items[0]
build, name = file.url.split("/")[-2:]
assert hashlib.sha256(export.get_export(build, name)).hexdigest() == file.sha256

print(page.items[0].value_percent)
