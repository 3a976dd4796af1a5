# SPDX-License-Identifier: Apache-2.0
"""The description of the API."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from support.command import BUILD

VALIDATOR = Path(os.environ.get("ORGAUTH_OPENAPI_VALIDATOR", BUILD / "openapi/bin/openapi-spec-validator"))


@pytest.fixture(scope="module")
def document(running):
    return running.contract.document


@pytest.mark.skipif(not VALIDATOR.exists(), reason="openapi-spec-validator is not installed: ./runtests does it")
def test_a_public_validator_accepts_it(document, tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    done = subprocess.run([VALIDATOR, path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_where_it_is(document):
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": "/orgauth"}]


def test_parameters_of_paths_are_those_of_their_templates(document):
    for template, item in document["paths"].items():
        for operation in item.values():
            named = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", template)), (template, operation["operationId"])


def test_every_answer_has_a_schema(document):
    without = [operation["operationId"] for item in document["paths"].values() for operation in item.values()
               for response in operation["responses"].values() for media, content in response.get("content", {}).items()
               if media == "application/json" and content["schema"] == {"type": "object"}]
    assert without == ["openapi.show"]


def test_changes_of_one_resource_want_if_match(document):
    for template, item in document["paths"].items():
        if "patch" in item and template.endswith("}"):
            assert {"If-Match": True}.items() <= {each["name"]: each["required"] for each in item["patch"]["parameters"]}.items()
