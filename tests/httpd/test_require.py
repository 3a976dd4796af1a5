# SPDX-License-Identifier: Apache-2.0
"""The Require lines, alone and mixed with httpd's own."""

import tempfile
from pathlib import Path

import pytest

from support.httpd import place

REFUSED = r"OA010\d\d: |AH01630|AH01631"

# Path: the lines of the place, and who gets in. "nobody" comes without a credential.
ANY = {"admin", "editor", "operator", "viewer", "robot"}
PLACES = {
    "valid": (["Require valid-user"], ANY),
    "role": (["Require orgauth-role Viewer"], {"viewer"}),
    "roles": (["Require orgauth-role Editor Administrator"], {"editor", "admin"}),
    "role-with-space": (['Require orgauth-role "API User"'], {"robot"}),
    "role-other-case": (["Require orgauth-role viewer VIEWER"], set()),
    "role-part": (["Require orgauth-role View Viewers"], set()),
    "permission-view": (["Require orgauth-permission flow:view"], ANY - {"robot"}),
    "permission-run": (["Require orgauth-permission flow:run"], {"admin", "editor", "operator"}),
    "permission-edit": (["Require orgauth-permission flow:edit"], {"admin", "editor"}),
    "permission-admins": (["Require orgauth-permission pricing:view"], {"admin"}),
    "permission-users": (["Require orgauth-permission users:view"], {"admin"}),
    "permissions": (["Require orgauth-permission users:view flow:run"], {"admin", "editor", "operator"}),
    "org": (["Require orgauth-org acme"], ANY),
    "org-other": (["Require orgauth-org other"], set()),
    "orgs": (["Require orgauth-org other acme"], ANY),
    "api": (["Require orgauth-api reports"], {"robot", "admin"}),
    "api-other": (["Require orgauth-api payroll"], set()),
    "apis": (["Require orgauth-api payroll reports"], {"robot", "admin"}),
    "access": (["OrgAuthModule flow", "Require orgauth-access"], ANY - {"robot"}),
    "access-admins": (["OrgAuthModule pricing", "Require orgauth-access"], {"admin"}),
    "place-org": (["OrgAuthOrg acme", "Require valid-user"], ANY),
    "place-other": (["OrgAuthOrg other", "Require valid-user"], set()),
    "place-no-such": (["OrgAuthOrg no-such", "Require valid-user"], set()),
    "user": (["Require user viewer@acme.example"], {"viewer"}),
    "denied": (["Require all denied"], set()),
    "granted": (["Require all granted"], ANY | {"nobody"}),
    "all": (["<RequireAll>", "Require orgauth-role Viewer Editor", "Require orgauth-permission flow:edit", "</RequireAll>"],
            {"editor"}),
    "any": (["<RequireAny>", "Require orgauth-role Viewer", "Require orgauth-permission flow:edit", "</RequireAny>"],
            {"viewer", "editor", "admin"}),
    "none": (["<RequireAll>", "Require valid-user", "<RequireNone>", "Require orgauth-role Viewer", "Require orgauth-api reports",
              "</RequireNone>", "</RequireAll>"], {"editor", "operator"}),
    "not": (["<RequireAll>", "Require valid-user", "Require not orgauth-role Viewer", "</RequireAll>"], ANY - {"viewer"}),
    "not-alone": (["<RequireAll>", "Require all granted", "Require not orgauth-role Viewer", "</RequireAll>"], ANY - {"viewer"}),
    "not-deep": (["<RequireAll>", "Require all granted", "<RequireNone>", "<RequireAny>", "Require ip 192.0.2.1",
                  "Require orgauth-role Viewer", "</RequireAny>", "</RequireNone>", "</RequireAll>"], ANY - {"viewer"}),
    "not-but": (["<RequireAny>", "<RequireAll>", "Require all granted", "Require not orgauth-role Viewer", "</RequireAll>",
                 "Require orgauth-role Administrator", "</RequireAny>"], ANY - {"viewer"}),
    "not-access": (["OrgAuthModule flow", "<RequireAny>", "<RequireAll>", "Require all granted", "Require not orgauth-access",
                    "</RequireAll>", "Require orgauth-role Administrator", "</RequireAny>"], {"robot", "admin"}),
    "or-from-here": (["<RequireAny>", "Require orgauth-role Viewer", "Require ip 127.0.0.1", "</RequireAny>"], ANY | {"nobody"}),
    "method": (["<RequireAll>", "Require method GET", "Require orgauth-role Viewer", "</RequireAll>"], {"viewer"}),
    "method-other": (["<RequireAll>", "Require method POST", "Require orgauth-role Viewer", "</RequireAll>"], set()),
    "from-here": (["<RequireAny>", "Require ip 127.0.0.1", "Require valid-user", "</RequireAny>"], ANY | {"nobody"}),
    "from-afar": (["<RequireAny>", "Require ip 192.0.2.1", "Require orgauth-role Viewer", "</RequireAny>"], {"viewer"}),
    "nested": (["<RequireAny>", "<RequireAll>", "Require ip 192.0.2.1", "Require valid-user", "</RequireAll>", "<RequireAll>",
                "Require orgauth-org acme", "<RequireAny>", "Require orgauth-role Operator", "Require orgauth-api reports",
                "</RequireAny>", "</RequireAll>", "</RequireAny>"], {"operator", "robot", "admin"}),
    "expression": (['Require orgauth-role "%{req:X-Role}"'], set()),
    "expr-own": (["<RequireAll>", 'Require expr "%{REQUEST_METHOD} == \'GET\'"', "Require orgauth-org acme", "</RequireAll>"], ANY),
}
CONFIG = "".join(place(f"/file/{name}", *lines) for name, (lines, _) in PLACES.items()) + "".join([
    place("/cgi/access", "OrgAuthModule flow", "Require orgauth-access"),
    place("/cgi/any-method", "Require valid-user"),
    place("/file/leaf", "OrgAuthOrg leaf", "Require orgauth-role Editor"),
    place("/file/leaf-run", "OrgAuthOrg leaf", "Require orgauth-permission flow:run"),
])
HOPELESS = {"denied", "method-other"}  # nobody need say who they are to be denied
WHO = sorted(ANY | {"nobody"})


@pytest.fixture(scope="module")
def keys(running, people):
    """A key of everybody. The robot and the Administrator have Web API reports attached; payroll nobody has."""
    orgauth = running.orgauth
    orgauth.run("org", "create", "Other", "--slug", "other")
    for name in ("reports", "payroll"):
        orgauth.run("api", "register", name, "--org", "acme")
    orgauth.run("api", "attach", "reports", "--org", "acme", "--user", people.robot.email, "--user", people.admin.email)
    return {name: person.key for name, person in vars(people).items()} | {"nobody": None}


@pytest.mark.parametrize("name", PLACES)
def test_who_gets_in(site, keys, name):
    site.expect(REFUSED)
    status = {who: site.get(f"/file/{name}", key=keys[who]).status for who in WHO}
    allowed = PLACES[name][1]
    assert status == {who: 200 if who in allowed else 401 if who == "nobody" and name not in HOPELESS else 403
                      for who in WHO}


def test_a_negative_line_asks_who_calls_under_httpds_basic_authentication_too(site, keys, people):
    site.expect(REFUSED)
    site.restart('<Location "/file/basic">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  <RequireAll>\n'
                 "    Require all granted\n    Require not orgauth-role Viewer\n  </RequireAll>\n</Location>\n")
    assert site.get("/file/basic").status == 401
    assert site.get("/file/basic", login=("x", keys["viewer"])).status == 403
    assert site.get("/file/basic", login=("x", keys["editor"])).status == 200


def test_a_login_has_the_rights_of_its_user(site, keys, people):
    site.expect(REFUSED)
    for name in ("roles", "permission-run", "api", "access", "org"):
        for who, person in vars(people).items():
            status = site.get(f"/file/{name}", login=(person.email, person.password)).status
            assert status == (200 if who in PLACES[name][1] else 403), (name, who)


@pytest.mark.parametrize("wanted, who", [("Viewer", {"viewer"}), ("API User", {"robot"}), ("", set()), ("viewer", set())])
def test_arguments_may_be_expressions(site, keys, wanted, who):
    site.expect(REFUSED)
    for name in ANY:
        answer = site.get("/file/expression", key=keys[name], headers=[("X-Role", wanted)])
        assert answer.status == (200 if name in who else 403), name


def test_a_requirement_not_met_is_403_insufficient_scope(site, keys):
    site.expect(REFUSED)
    answer = site.get("/file/roles", key=keys["viewer"])
    assert answer.status == 403
    assert 'error="insufficient_scope"' in answer.header("WWW-Authenticate")
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("Cache-Control") == "no-store"


ACTIONS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "create", "PUT": "edit", "PATCH": "edit", "DELETE": "delete"}


@pytest.mark.parametrize("method", ACTIONS)
def test_access_asks_for_the_action_that_the_method_means(site, keys, method):
    site.expect(REFUSED)
    may = {"viewer": {"view"}, "operator": {"view"}, "robot": set()} | {who: set(ACTIONS.values()) for who in ("editor", "admin")}
    for who, actions in may.items():
        status = site.request(method, "/cgi/access", key=keys[who]).status
        assert status == (200 if ACTIONS[method] in actions else 403), who


@pytest.mark.parametrize("method", ["PROPFIND", "MKCOL", "LOCK", "LINK", "FROBNICATE"])
def test_access_refuses_any_other_method(site, keys, method):
    site.expect(REFUSED)
    assert site.request(method, "/cgi/access", key=keys["admin"]).status in (403, 501)
    assert site.request(method, "/cgi/any-method", key=keys["admin"]).status in (200, 501)


@pytest.fixture
def behind(running):
    """behind(line, lay) puts a program under `line` into a directory of its own, where `lay` leads to it."""
    def make(line, lay):
        directory = Path(tempfile.mkdtemp(dir=running.root / "htdocs"))
        directory.chmod(0o755)
        (directory / "index.sh").write_text('#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n$REQUEST_METHOD"\n')
        (directory / "index.sh").chmod(0o755)
        (directory / ".htaccess").write_text(f"Options +ExecCGI\n{lay.format(directory.name)}\nAddHandler cgi-script .sh\n<Files index.sh>\n"
                                             f"AuthType OrgAuth\nOrgAuthModule flow\n{line}\n</Files>\n")
        return f"/{directory.name}/"
    return make


LAYS = ["DirectoryIndex index.sh", "FallbackResource /{}/index.sh", "RewriteEngine on\nRewriteRule ^$ index.sh"]


@pytest.mark.parametrize("lay", LAYS, ids=["index", "fallback", "rewritten"])
@pytest.mark.parametrize("method", [method for method in ACTIONS if method not in ("HEAD", "OPTIONS")])
def test_a_file_that_httpd_lays_over_a_request_asks_for_what_its_method_means(site, keys, behind, lay, method):
    """httpd looks at the file by a GET."""
    site.expect(REFUSED, "AH01276|AH00670|AH01215")
    path = behind("Require orgauth-access", lay)
    for where in (path, path + "index.sh"):
        answer = site.request(method, where, key=keys["editor"])
        assert answer.status == 200 and answer.body.decode() == method
        answer = site.request(method, where, key=keys["viewer"])
        assert (answer.body.decode() == method) == (method == "GET"), where
        assert site.request(method, where, key=keys["robot"]).body.decode() != method


@pytest.mark.parametrize("lay", LAYS[:2], ids=["index", "fallback"])
def test_who_is_kept_out_by_access_gets_in_by_neither_method(site, keys, behind, lay):
    site.expect(REFUSED, "AH01276|AH00670|AH01215", "OA02004: ")
    path = behind("<RequireAll>\nRequire valid-user\nRequire not orgauth-access\n</RequireAll>", lay)
    assert site.get(path, key=keys["robot"]).body == b"GET"
    assert site.request("POST", path, key=keys["robot"]).body == b"POST"
    for who in ("viewer", "editor"):
        for method in ("GET", "POST"):
            assert site.request(method, path, key=keys[who]).status in (403, 500), (who, method)


def test_access_without_a_module_lets_nobody_in_and_says_so(site, keys):
    site.expect(r"OA02003: Require orgauth-access needs OrgAuthModule here: /file/any-module is refused to everybody \(the line is \S*test.conf:\d+\)")
    site.restart(place("/file/any-module", "Require orgauth-access"))
    assert site.get("/file/any-module", key=keys["admin"]).status == 500


def test_a_key_covers_the_web_apis_that_it_was_issued_for(site, keys, people):
    site.expect(REFUSED)
    site.orgauth.run("api", "register", "mail", "--org", "acme")
    site.orgauth.run("api", "attach", "mail", "--org", "acme", "--user", people.robot.email)
    covered = site.orgauth.key(people.robot.email, "acme", "--api", "mail")
    assert site.get("/file/api", key=covered).status == 403
    assert site.get("/file/api", key=keys["robot"]).status == 200


def test_a_web_apis_own_key_acts_as_that_web_api(site, keys):
    site.expect(REFUSED)
    own = site.orgauth("api", "register", "billing", "--org", "acme")
    config = site.config + place("/file/billing", "Require orgauth-api billing")
    site.restart(config)
    assert site.get("/file/billing", key=own).status == 200
    assert site.get("/file/api", key=own).status == 403
    assert site.get("/file/billing", key=keys["viewer"]).status == 403


def test_a_key_from_above_is_no_more_than_a_login_where_its_user_is_a_member(site, people):
    """Of two memberships the lesser holds, and none of two that cannot be compared."""
    site.expect(REFUSED)
    orgauth, person = site.orgauth, people.editor
    login = (person.email, person.password)
    orgauth.run("org", "create", "Leaf", "--slug", "leaf", "--parent", "acme")
    orgauth.run("role", "create", "Cook", "--org", "leaf", "--permission", "*:run", "--permission", "stock:count")

    def may(**how):
        return [site.get(path, **how).status == 200 for path in ("/file/leaf", "/file/leaf-run")]
    assert may(key=person.key) == may(login=login) == [True, True]
    orgauth.run("user", "add", person.email, "--org", "leaf", "--role", "Operator")
    assert may(key=person.key) == may(login=login) == [False, True]
    orgauth.run("user", "set-role", person.email, "--org", "leaf", "--role", "Administrator")
    assert may(key=person.key) == [True, True] and may(login=login) == [False, True], "the key is for the organization above"
    orgauth.run("user", "create", "head@leaf.example", "--org", "leaf", "--role", "Administrator")
    orgauth.run("user", "set-role", person.email, "--org", "leaf", "--role", "Cook")
    assert may(login=login) == [False, True] and may(key=person.key) == [False, False]
    orgauth.run("user", "remove", person.email, "--org", "leaf")
    assert may(key=person.key) == may(login=login) == [True, True]


@pytest.mark.parametrize("line", [
    "Require orgauth-role", "Require orgauth-permission", "Require orgauth-permission flow", "Require orgauth-org",
    "Require orgauth-api", "Require orgauth-access view", "OrgAuthCredentials", "OrgAuthCredentials cookie",
    "OrgAuthKeyHeader Not/A/Token", "OrgAuthForward perhaps", "OrgAuthRequireTLS", 'Require orgauth-role "%{"',
])
def test_a_bad_line_keeps_httpd_from_starting_and_is_named(site, line):
    done = site.check_config(place("/file/bad", line))
    assert done.returncode != 0
    assert "test.conf" in done.stderr and "line 4" in done.stderr, done.stderr


def test_the_given_configuration_is_right(site):
    done = site.check_config()
    assert done.returncode == 0, done.stderr
