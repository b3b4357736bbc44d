"""What ``openapi.json`` says of an address is what the product answers at it, below ``/publico/``."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from publishing.publication.place import site_folder

EXAMPLES = {"ejercicio": "2016", "mes": "08", "version": "1"}


@pytest.fixture
def described(folder: Path, tmp_path: Path, settings: Any) -> dict[str, Any]:
    """Of the published folder, which is served."""
    settings.PMD_PUBLIC_ROOT = tmp_path
    shutil.copytree(folder, site_folder())
    return json.loads((folder / "openapi.json").read_bytes())


def _keeps_to(answer: HttpResponse, said: dict[str, Any], described: dict[str, Any]) -> bool:
    """Whether it has each header that is said of it, as it is said, and a body of a media type that is said."""
    while "$ref" in said:
        said = described["components"]["responses"][said["$ref"].rpartition("/")[2]]
    for name in said.get("headers", {}):
        schema = described["components"]["headers"][name]["schema"]
        value = answer.get(name)
        if value is None or value != schema.get("const", value) or not re.search(schema.get("pattern", ""), value):
            return False
    media = answer.get("Content-Type", "").partition(";")[0]
    return "content" not in said or media in said["content"]


def test_each_address_answers_as_it_is_described(described: dict[str, Any]) -> None:
    client = Client()
    for address, item in described["paths"].items():
        path = f"/publico{address.format(**EXAMPLES)}"
        whole = client.get(path)
        asked = {
            "200": whole,
            "206": client.get(path, headers={"Range": "bytes=0-9"}),
            "304": client.get(path, headers={"If-None-Match": whole["ETag"]}),
            "404": client.get(f"{path}.otro"),
            "416": client.get(path, headers={"Range": f"bytes={len(whole.content)}-"}),
        }
        responses = item["get"]["responses"]
        assert {str(answer.status_code) for answer in asked.values()} == set(responses) == set(asked), path
        assert [status for status in asked if not _keeps_to(asked[status], responses[status], described)] == [], path
        head = client.head(path)
        assert head.status_code == 200 and _keeps_to(head, item["head"]["responses"]["200"], described), path
        assert asked["206"].content == whole.content[:10]
        for_others = "Access-Control-Allow-Origin" in responses["200"]["headers"]
        assert ("Access-Control-Allow-Origin" in whole) is for_others, path
