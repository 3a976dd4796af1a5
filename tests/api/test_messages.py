# SPDX-License-Identifier: Apache-2.0
"""R7: an API User sees its own API messages and nothing else; administrators see those of their organization; on the API and the command line."""

import pytest

from conftest import MOUNT
from support.messages import record

CONFIG = MOUNT + """
<Location "/file/called">
  AuthType OrgAuth
  AuthName "Acme"
  Require valid-user
  OrgAuthMessages on
</Location>
"""


@pytest.fixture(scope="module", autouse=True)
def called(running):
    """Calls, oldest first: the API User of acme made three in acme and one in globex, the viewer one in acme."""
    for path, status, org, email in [("/a/1", 200, "acme", "api"), ("/g/2", 403, "globex", "api"), ("/a/3", 404, "acme", "api"),
                                     ("/v/4", 200, "acme", "viewer"), ("/a/5", 200, "acme", "api")]:
        record(running.orgauth, f"{email}@acme.example", path, status, org)


def paths(answer):
    assert answer.status == 200, answer.body
    return [item["path"] for item in answer.json["items"]]


def test_an_api_user_sees_its_own_messages_of_all_organizations(caller):
    api = caller("acme", "api")
    assert paths(api.get("/me/messages")) == ["/a/5", "/a/3", "/g/2", "/a/1"]
    item = api.get("/me/messages?status=403").json["items"][0]
    assert (item["org"], item["user"], item["method"], item["duration_us"]) == ("globex", "api@acme.example", "GET", 1500)
    assert item["key_id"] == api.get("/me").json["key_id"]


def test_an_api_user_sees_nothing_else(caller, site):
    api = caller("acme", "api")
    for path in ("/orgs/acme/messages", "/orgs/acme/users/api@acme.example/messages", "/orgs/acme/users/viewer@acme.example/messages"):
        assert api.get(path).status == 403, path
    assert api.get("/orgs/globex/messages").status == 404


def test_everybody_has_such_a_list_and_nobody_another_ones(caller, nobody, site):
    assert paths(caller("acme", "viewer").get("/me/messages")) == ["/v/4"]
    assert paths(caller("acme", "admin").get("/me/messages")) == []
    assert nobody.get("/me/messages").status == 401


def test_administrators_see_what_was_done_in_their_organization_alone(caller, admin, superadmin):
    globex = caller("globex", "admin")
    assert paths(admin.get("/orgs/acme/messages")) == ["/a/5", "/v/4", "/a/3", "/a/1"]
    assert paths(admin.get("/orgs/acme/users/api@acme.example/messages")) == ["/a/5", "/a/3", "/a/1"]
    assert paths(globex.get("/orgs/globex/messages")) == ["/g/2"]
    for path in ("/orgs/acme/messages", "/orgs/globex/users/api@acme.example/messages", "/orgs/acme/users/api@acme.example/messages"):
        assert globex.get(path).status == 404, path
    assert paths(superadmin.get("/orgs/globex/messages")) == ["/g/2"]


@pytest.mark.parametrize("query, expected", [
    ("user=viewer@acme.example", ["/v/4"]), ("status=404", ["/a/3"]), ("status=2xx", ["/a/5", "/v/4", "/a/1"]), ("path=/a", ["/a/5", "/a/3", "/a/1"]),
    ("since=2026-01-01&path=/v", ["/v/4"]), ("until=2026-01-01", []), ("user=admin@globex.example", []), ("status=2xx&user=api@acme.example", ["/a/5", "/a/1"])])
def test_filters_narrow_the_list(admin, query, expected):
    assert paths(admin.get(f"/orgs/acme/messages?{query}")) == expected


@pytest.mark.parametrize("query", ["status=4", "status=teapot", "since=yesterday", "key=1", "nothing=1", "limit=0"])
def test_wrong_filters_are_refused(admin, query):
    assert admin.get(f"/orgs/acme/messages?{query}").status in (400, 422)


def test_pages_follow_one_another(admin):
    first = admin.get("/orgs/acme/messages?limit=3").json
    second = admin.get(f"/orgs/acme/messages?limit=3&after={first['next']}").json
    assert [item["path"] for item in first["items"] + second["items"]] == ["/a/5", "/v/4", "/a/3", "/a/1"]
    assert second["next"] is None


def test_the_command_line_shows_the_same(site, admin):
    assert site.orgauth.items("org", "messages", "acme") == admin.get("/orgs/acme/messages").json["items"]
    user = "api@acme.example"
    assert site.orgauth.items("user", "messages", user, "--org", "acme") == admin.get(f"/orgs/acme/users/{user}/messages").json["items"]
    assert site.orgauth.items("user", "messages", user, "--org", "acme", "--status", "404")[0]["path"] == "/a/3"
    assert "/a/5" in site.orgauth("user", "messages", user, "--org", "acme")


def test_a_call_over_http_is_in_the_own_list_soon(site, caller):
    """R7 from end to end."""
    robot = site.people["globex"]["api"]
    assert site.get("/file/called?secret=1", key=robot.key).status == 200
    mine = caller("globex", "api")
    site._wait(lambda: mine.get("/me/messages").json["items"], "record the call")
    item, = mine.get("/me/messages").json["items"]
    assert (item["method"], item["path"], item["status"], item["org"]) == ("GET", "/file/called", 200, "globex")
    assert "secret" not in str(item)
