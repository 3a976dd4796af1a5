# SPDX-License-Identifier: Apache-2.0
"""The description of the API (openapi.json), held against what the API answers."""

import copy
import re

import jsonschema

TEMPLATE = re.compile(r"\{\w+\}")


def closed(schemas):
    """The schemas with nothing allowed that they do not name: an undocumented member is an error here, not for clients."""
    schemas = copy.deepcopy(schemas)
    for schema in schemas.values():
        schema.setdefault("additionalProperties", False)
    return schemas


class Contract:
    def __init__(self, document):
        self.document = document
        self.components = {"schemas": closed(document["components"]["schemas"])}
        self.operations = {operation["operationId"]: (method.upper(), template, operation)
                           for template, item in document["paths"].items() for method, operation in item.items()}
        self.patterns = sorted(((re.compile("^" + TEMPLATE.sub("[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}"))
                                            + "$"), template) for template in document["paths"]),
                               key=lambda pair: pair[1].count("{"))

    def template(self, path):
        path = path.split("?")[0]
        return next((template for pattern, template in self.patterns if pattern.match(path)), None)

    def schema(self, method, path, status, given=None):
        """What the answer's body must be like: a schema and a media type, the one that is given where there are several; (None, None) where it has none."""
        item = self.document["paths"].get(self.template(path), {})
        operation = item.get("get" if method == "HEAD" else method.lower())
        if operation is None or status >= 400:
            return {"$ref": "#/components/schemas/Problem"}, "application/problem+json"
        response = operation["responses"].get(str(status), operation["responses"].get("200"))
        assert response is not None, f"{method} {path} answers {status}, which its description does not have"
        content = response.get("content", {})
        media = given if given in content else next(iter(content), None)
        return content.get(media, {}).get("schema"), media

    def check(self, method, path, answer):
        """Holds `answer` against the description. `path` is below the mount: /v1/orgs."""
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("X-Content-Type-Options") == "nosniff"
        if method in ("HEAD", "OPTIONS") or answer.status == 204:
            assert answer.body == b""
            return
        given = (answer.header("Content-Type") or "").split(";")[0]
        schema, media = self.schema(method, path, answer.status, given)
        assert given == media
        if media.endswith("json") and media != "application/x-ndjson":
            jsonschema.Draft202012Validator({**schema, "components": self.components},
                                            format_checker=jsonschema.FormatChecker()).validate(answer.json)
        if media == "application/problem+json":
            assert answer.json["status"] == answer.status
