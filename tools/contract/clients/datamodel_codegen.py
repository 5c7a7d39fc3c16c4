"""A program on the models that datamodel-codegen makes: every list fits the model of its answer."""

import sys
from typing import Any

import httpx
import models

service = sys.argv[1]
paths = httpx.get(f"{service}/openapi-client.json").json()["paths"]


def read(path: str) -> Any:
    """The answer at an address, as the model that the document names."""
    content = paths[path]["get"]["responses"]["200"]["content"]
    model = getattr(models, content["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1])
    return model.model_validate_json(httpx.get(f"{service}{path}").content)


for path in paths:
    if "{" not in path and f"{path}/{{id}}" in paths:
        assert read(path).items, path

print(read("/v1/survival").items[0].value_percent)
