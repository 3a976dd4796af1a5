# SPDX-License-Identifier: Apache-2.0
"""Static files, CGI, mod_proxy and a WebSocket behind the same lines: the same answers, and the back end knows who calls."""

import json

import pytest

from support.httpd import MPM, place

PLACES = ["/file", "/cgi", "/proxy"]
CONFIG = "".join(place(f"{path}/{name}", *lines) for path in PLACES for name, lines in {
    "role": ["Require orgauth-role Viewer"],
    "access": ["OrgAuthModule flow", "Require orgauth-access"],
    "quiet": ["OrgAuthForward off", "Require valid-user"],
}.items())
REFUSED = r"OA010\d\d: |AH0163[01]"
PATHS = [f"{path}/role" for path in PLACES]


@pytest.mark.parametrize("path", PATHS)
def test_the_same_lines_give_the_same_answers(site, people, path):
    site.expect(REFUSED)
    statuses = [site.get(path, key=key).status for key in (None, people.editor.key, people.viewer.key, "oak_wrong")]
    assert statuses == [401, 403, 200, 401]


@pytest.mark.skipif(MPM == "prefork", reason="mod_http2 does not run on prefork")
@pytest.mark.parametrize("path", PATHS)
def test_over_http_2_too(site, people, path):
    site.expect(REFUSED)
    statuses = [site.h2("GET", path, key=key).status for key in (None, people.editor.key, people.viewer.key, "oak_wrong")]
    assert statuses == [401, 403, 200, 401]


@pytest.mark.parametrize("method, viewer, editor", [("GET", 200, 200), ("POST", 403, 200), ("PUT", 403, 200), ("DELETE", 403, 200)])
@pytest.mark.parametrize("path", ["/cgi/access", "/proxy/access"])
def test_methods_reach_the_back_end_only_when_allowed(site, people, path, method, viewer, editor):
    site.expect(REFUSED)
    assert site.request(method, path, key=people.viewer.key, body=b"x").status == viewer
    answer = site.request(method, path, key=people.editor.key, body=b"x")
    assert answer.status == editor and answer.json["method"] == method


@pytest.mark.parametrize("path", ["/cgi/access", "/proxy/access"])
def test_the_back_end_is_told_who_calls(site, people, path):
    seen = site.get(path, key=people.editor.key).seen
    person = site.orgauth.json("user", "show", people.editor.email)
    assert seen["x-orgauth-email"] == people.editor.email
    assert seen["x-orgauth-user-id"] == person["id"]
    assert seen["x-orgauth-org"] == "acme"
    assert seen["x-orgauth-org-id"].startswith("org_")
    assert seen["x-orgauth-role"] == "Editor"
    assert seen["x-orgauth-key-id"] == people.editor.key_id
    assert people.editor.key not in json.dumps(seen)


def test_a_program_finds_the_same_in_its_environment(site, people):
    env = site.get("/cgi/access", login=(people.editor.email, people.editor.password)).json["env"]
    assert env["REMOTE_USER"] == env["ORGAUTH_EMAIL"] == people.editor.email
    assert env["ORGAUTH_ROLE"] == "Editor" and env["ORGAUTH_ORG"] == "acme"
    assert env["ORGAUTH_USER_ID"].startswith("usr_") and env["ORGAUTH_ORG_ID"].startswith("org_")
    assert not env.get("ORGAUTH_KEY_ID")


@pytest.mark.parametrize("path", ["/cgi/quiet", "/proxy/quiet"])
def test_nothing_is_forwarded_where_that_is_off(site, people, path):
    seen = site.get(path, key=people.viewer.key).seen
    assert not [name for name in seen if name.startswith("x-orgauth")]


def test_the_access_log_can_name_decision_key_and_user(site, people):
    site.expect(REFUSED)
    site.get("/file/role", key=people.viewer.key)
    site.get("/file/role", key="oak_wrong")
    site.stop()  # a line is written after its answer is sent
    lines = site.access().splitlines()[-2:]
    assert f"decision=allowed key={people.viewer.key_id} user=" in lines[0] and people.viewer.email in lines[0]
    assert "decision=malformed" in lines[1]


def test_a_websocket_is_upgraded_for_who_may_and_for_nobody_else(site, people):
    site.expect(REFUSED)
    for key, status in ((None, 401), ("oak_wrong", 401), (people.editor.key, 403)):
        with site.websocket("/proxy/role", key=key) as link:
            assert link.status == status
    with site.websocket("/proxy/role", key=people.viewer.key) as link:
        assert link.status == 101
        headers = {name.lower(): value for name, value in json.loads(link.receive())}
        assert headers["x-orgauth-email"] == people.viewer.email and "authorization" not in headers
        for message in (b"hello", b"x" * 1000):
            link.send(message)
            assert link.receive() == message
