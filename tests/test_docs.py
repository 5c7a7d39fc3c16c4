"""The documentation tells the truth: its examples are answers, its commands run."""

import json
import re
from typing import Any

import pytest
import yaml

from app.resources import RESOURCES
from app.serving.docs.examples import EXAMPLE_QUERIES
from app.serving.docs.openapi import LAST
from app.serving.errors import PROBLEM_JSON
from app.serving.parameters import ListQuery
from app.serving.service import SUMMARY
from app.settings import PROJECT, Settings

from .conftest import Api

README = (PROJECT / "README.md").read_text("utf-8")


def test_every_example_in_the_document_is_a_real_answer(api: Api, openapi: dict[str, Any]) -> None:
    for path, item in openapi["paths"].items():
        content = item["get"]["responses"]["200"]["content"]
        if "{file}" in path or "application/json" not in content:
            continue  # a file has no example
        example = content["application/json"]["example"]
        parameters = item["get"].get("parameters", [])
        ids = {p["name"]: p["example"] for p in parameters if p["in"] == "path"}
        listed = example["items"][0]["id"] if "PartialPage" in str(content) else None
        query = f"?id={listed}" if listed else EXAMPLE_QUERIES.get(path, "")
        assert example == api.get(path.format(**ids) + query).json(), path


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_page_loads_only_files_of_this_host(api: Api, page: str) -> None:
    answer = api.get(page)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="en">' in answer.text
    assert not re.search(r"(src|href|url)=\"?(https?:)?//", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    addresses = re.findall(r"(?:src|href|spec-url)=\"(.*?)\"", answer.text)
    assert len(addresses) >= 2  # a script and the document
    for address in addresses:
        # Seen from the page: it may stand behind a path that only the proxy knows.
        assert not address.startswith("/")
        assert api.get(f"/{address}").status_code == 200, address


def test_every_problem_in_the_document_is_a_real_answer(api: Api, openapi: dict[str, Any]) -> None:
    for path, item in openapi["paths"].items():
        for status, response in item["get"]["responses"].items():
            if PROBLEM_JSON not in response.get("content", {}):
                continue
            example = response["content"][PROBLEM_JSON]["example"]
            assert example["status"] == int(status), path
            if status in ("404", "422") or (status == "410" and "{file}" in path):
                query = EXAMPLE_QUERIES.get(path, "?") + "&unknown=1" if status == "422" else ""
                real = api.get(example["instance"] + query).json()
                assert example == real | {"request_id": None}, path


def test_parameters_have_values_that_find_something(api: Api, openapi: dict[str, Any]) -> None:
    prefilled = 0
    for path, item in openapi["paths"].items():
        for parameter in item["get"].get("parameters", []):
            name = parameter["name"]
            if parameter.get("required") or name == "q":
                assert parameter["example"], (path, name)
                prefilled += 1
            if name == "q":
                answer = api.get(path, params={"q": parameter["example"]}).json()
                assert answer["items"], path
            elif "example" not in parameter:
                written = parameter["description"].partition(" Example: `")[2].removesuffix("`.")
                if written and "{" not in path and name not in LAST:
                    assert api.get(path, params={name: written}).json()["items"], (path, name)
    assert prefilled > 2 * len(RESOURCES)


def test_the_filters_of_a_collection_come_first(openapi: dict[str, Any]) -> None:
    for resource in RESOURCES:
        parameters = openapi["paths"][f"/v1/{resource.kind}"]["get"]["parameters"]
        names = [parameter["name"] for parameter in parameters]
        general = [name in ListQuery.model_fields for name in names]
        assert general == sorted(general), names
        assert tuple(names[-len(LAST) :]) == LAST


def test_the_page_opens_on_a_first_step(api: Api, openapi: dict[str, Any]) -> None:
    assert openapi["tags"][0]["name"] == "search"
    description = openapi["info"]["description"]
    assert SUMMARY.rstrip(".") not in description
    addresses = re.findall(r"\]\((.*?)\)", description)
    assert len(addresses) == 3
    for address in addresses:
        answer = api.get(f"/{address}").json()
        assert answer.get("items") or answer["citations"], address


def test_redoc_asks_no_other_host_for_its_logo(api: Api) -> None:
    script = api.get("/assets/redoc.standalone.js").text
    assert "logo-mini" not in script
    (logo,) = re.findall(r'alt:"redocly logo".*?src:"(.*?)"', script)
    assert api.get(f"/{logo}").status_code == 200


def test_the_commands_of_the_readme_run(api: Api) -> None:
    addresses = re.findall(r"curl -s '?http://127.0.0.1:8000([^' \n]*)", README)
    assert len(addresses) >= 8
    for address in addresses:
        assert api.get(address).status_code == 200, address


def test_the_answer_in_the_readme_is_a_real_one(api: Api) -> None:
    address, shown = re.findall(r"127.0.0.1:8000(\S+)\n```\n\n```json\n(.*?)```", README, re.S)[0]
    answer = json.dumps(api.get(address).json(), ensure_ascii=False)
    pairs = re.findall(r'"\w+": (?:"[^"]*"|\["[^]]*\]|\[\])', shown)
    assert len(pairs) >= 10
    for pair in pairs:
        assert pair in answer


def test_the_readme_names_every_collection_and_setting() -> None:
    for resource in RESOURCES:
        assert f"/v1/{resource.kind}" in README
    for name in Settings.model_fields:
        assert f"HER2_{name.upper()}" in README


def test_the_citation_file_names_the_release() -> None:
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))
    release = yaml.safe_load((PROJECT / "seed" / "release.yaml").read_text("utf-8"))
    assert citation["version"] == release["version"]
    assert citation["date-released"] == str(release["date"])
