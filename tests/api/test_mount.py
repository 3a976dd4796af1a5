# SPDX-License-Identifier: Apache-2.0
"""Where the handler is mounted, and what else protects the place."""

import pytest

from support.httpd import place
from support.web import basic

PASSWORD = "correct horse battery staple"
HANDLER = "SetHandler orgauth-admin"


def section(path, *lines, kind="Location"):
    return "\n".join([f'<{kind} "{path}">', f"  {HANDLER}", *(f"  {line}" for line in lines), f"</{kind}>", ""])


CONFIG = "".join([
    section("/orgauth"), section("/slash/"), section("/deep/v1"), section("^/match/[a-z]+", kind="LocationMatch"),
    section("{root}/htdocs/place", kind="Directory"), 'Alias /aliased "{root}/htdocs/place"\n',
    'RewriteEngine on\nRewriteRule "^/rewritten/" - [H=orgauth-admin]\n',
    section("/inner"), '<Location "/inner/v1/orgs">\n  OrgAuthKeyHeader X-Other\n</Location>\n',
    place("/both", HANDLER, "Require orgauth-role Administrator"),
    place("/both-bearer", HANDLER, "OrgAuthCredentials bearer", "Require valid-user"),
    section("/basic", "OrgAuthCredentials basic bearer"),
    section("/org", "OrgAuthOrg globex"),
    section("/closed", "Require all denied"),
    'RemoteIPHeader X-Client\nRemoteIPInternalProxy 127.0.0.1\n',
    section("/any", "OrgAuthRequireTLS off"),
])


@pytest.fixture(scope="module", autouse=True)
def equipped(running):
    (running.root / "htdocs/place").mkdir()
    running.orgauth.set_password("admin@acme.example", PASSWORD)


@pytest.mark.parametrize("mount", ["/orgauth", "/slash", "/deep/v1", "/match/abc", "/aliased", "/place", "/rewritten/x", "/inner",
                                   "/both", "/both-bearer", "/basic", "/org", "/any"])
def test_the_api_is_found_wherever_it_is_mounted(site, mount):
    key = site.people["acme"]["admin"].key
    answer = site.get(f"{mount}/v1/orgs/acme/users?limit=1", key=key)
    assert answer.status == 200
    assert answer.header("Link").startswith(f"<{mount}/v1/orgs/acme/users?limit=1&after=")
    made = site.request("POST", f"{mount}/v1/orgs/acme/roles", key=key, headers=[("Content-Type", "application/json")],
                        body=b'{"name": "R %s", "permissions": ["a:b"]}' % mount.replace("/", " ").encode())
    assert made.status == 201 and site.get(made.header("Location"), key=key).json == made.json


@pytest.mark.parametrize("path", ["/orgauth/v1/../v1/orgs", "/orgauth//v1/orgs", "/orgauth/v1/%6Frgs", "/%6Frgauth/v1/orgs"])
def test_another_spelling_of_a_path_is_the_same_path(site, path):
    assert site.get(path, key=site.people["acme"]["admin"].key).status == 200


def test_a_section_below_the_mount_adds_to_it(site):
    key = site.people["acme"]["admin"].key
    assert site.get("/inner/v1/orgs", headers=[("X-Other", key)]).status == 200
    assert site.get("/inner/v1/orgs", headers=[("X-API-Key", key)]).status == 401


def test_require_lines_of_the_place_hold_too(site):
    site.expect("AH01631")
    people = site.people["acme"]
    assert site.get("/both/v1/orgs", key=people["admin"].key).status == 200
    assert site.get("/both/v1/orgs", key=people["viewer"].key).status == 403
    assert site.get("/both/v1/health").status == 401
    assert site.get("/both/v1/orgs", login=("admin@acme.example", PASSWORD)).status == 200


def test_what_is_closed_stays_closed(site):
    site.expect("AH01630")
    assert site.get("/closed/v1/health", key=site.people["acme"]["admin"].key).status == 403


def test_the_organization_of_the_place_does_not_matter(site):
    assert site.get("/org/v1/orgs/acme", key=site.people["acme"]["admin"].key).status == 200


def test_a_password_counts_where_the_place_says_so(site):
    assert site.get("/basic/v1/orgs", login=("admin@acme.example", PASSWORD)).status == 200
    challenge = site.get("/basic/v1/orgs").header("WWW-Authenticate")
    assert "Bearer" in challenge and 'Basic realm="orgauth"' in challenge


# A browser sends a password by itself, as it does a session's cookie.
BODY = b'{"email": "x@acme.example", "role": "Viewer"}'
JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize("headers, status", [
    ([JSON, ("Sec-Fetch-Site", "same-origin")], 200),
    ([JSON, ("Sec-Fetch-Site", "none")], 200),
    ([JSON, ("Sec-Fetch-Site", "same-site")], 403),
    ([JSON, ("Sec-Fetch-Site", "cross-site")], 403),
    ([JSON, ("Sec-Fetch-Site", "cross-site"), ("Origin", "http://HOST")], 403),
    ([JSON, ("Origin", "http://HOST")], 200),
    ([JSON, ("Origin", "null")], 403),
    ([JSON, ("Origin", "http://HOST.evil.example")], 403),
    ([JSON, ("Origin", "http://evil.example"), ("Referer", "http://HOST/")], 403),
    ([JSON, ("Referer", "http://HOST/portal/")], 200),
    ([JSON, ("Referer", "http://evil.example/http://HOST/")], 403),
    ([JSON], 403),
    ([("Sec-Fetch-Site", "same-origin"), ("Content-Type", "text/plain")], 415),
    ([("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")], 415),
    ([("Sec-Fetch-Site", "same-origin")], 415),
])
def test_what_another_sites_page_made_a_browser_send_is_refused(site, headers, status):
    host = f"127.0.0.1:{site.port}"
    fields = [(name, value.replace("HOST", host)) for name, value in headers]
    answer = site.request("POST", "/basic/v1/orgs/acme/users?dry_run=true", body=BODY, headers=fields,
                          login=("admin@acme.example", PASSWORD))
    assert answer.status == status, answer.body


def test_looking_is_no_change(site):
    answer = site.get("/basic/v1/orgs", login=("admin@acme.example", PASSWORD), headers=[("Sec-Fetch-Site", "cross-site")])
    assert answer.status == 200


def test_a_verb_without_a_body_is_refused_as_well(site):
    answer = site.request("POST", "/basic/v1/orgs/acme/users/viewer@acme.example/ban?dry_run=true",
                          headers=[("Sec-Fetch-Site", "same-origin")], login=("admin@acme.example", PASSWORD))
    assert answer.status == 415


# A key as the Basic password (curl -u x:KEY): as any key, but a browser may hold one and send it by itself.

@pytest.mark.parametrize("user", ["x", "", "admin@acme.example", "nobody at all"])
@pytest.mark.parametrize("mount", ["/orgauth", "/basic", "/both"])
def test_a_key_counts_as_a_basic_password_whoever_is_named(site, mount, user):
    answer = site.get(f"{mount}/v1/me", login=(user, site.people["acme"]["admin"].key))
    assert (answer.status, answer.json["email"]) == (200, "admin@acme.example")


def test_it_does_not_count_where_the_place_names_other_ways(site):
    assert site.get("/both-bearer/v1/me", login=("x", site.people["acme"]["admin"].key)).status == 401


def test_a_wrong_one_is_a_wrong_key_and_no_browser_is_made_to_ask_for_another(site):
    site.expect("OA010")
    answer = site.get("/orgauth/v1/me", login=("x", "oak_" + "0" * 53))
    assert (answer.status, answer.header("WWW-Authenticate")) == (401, 'Bearer realm="orgauth", error="invalid_token"')
    for password in (PASSWORD, "", "a.b.c"):
        answer = site.get("/orgauth/v1/me", login=("admin@acme.example", password))
        assert (answer.status, answer.header("WWW-Authenticate")) == (401, 'Bearer realm="orgauth"')


@pytest.mark.parametrize("method, path, body", [
    ("POST", "users?dry_run=true", BODY), ("POST", "users/viewer@acme.example/ban?dry_run=true", b""), ("GET", "users", b""),
    ("DELETE", "users/viewer@acme.example?dry_run=true", b""),
    ("PATCH", "users/viewer@acme.example?dry_run=true", b'{"first_name": "Eve"}'),
])
@pytest.mark.parametrize("says, foreign", [
    ([], False), ([("Sec-Fetch-Site", "same-origin")], False), ([("Sec-Fetch-Site", "none")], False), ([("Origin", "http://HOST")], False),
    ([("Sec-Fetch-Site", "cross-site")], True), ([("Sec-Fetch-Site", "same-site")], True), ([("Origin", "http://evil.example")], True),
    ([("Origin", "null")], True), ([("Sec-Fetch-Site", "cross-site"), ("Origin", "http://HOST")], True),
    ([("Referer", "http://evil.example/")], True),
])
@pytest.mark.parametrize("mount", ["/orgauth", "/basic"])
def test_such_a_key_is_not_taken_from_another_sites_page(site, mount, method, path, body, says, foreign):
    fields = [(name, value.replace("HOST", f"127.0.0.1:{site.port}")) for name, value in says]
    media = [] if method == "GET" else [JSON, ("If-Match", "*")]
    answer = site.request(method, f"{mount}/v1/orgs/acme/{path}", body=body, headers=fields + media, login=("x", site.people["acme"]["admin"].key))
    assert (answer.status == 403) == foreign and (foreign or answer.status in (200, 204)), answer.body


@pytest.mark.parametrize("media", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                   "text/plain; charset=application/json", "text/plain;application/json"])
@pytest.mark.parametrize("path, body", [("users?dry_run=true", BODY), ("users/viewer@acme.example/ban?dry_run=true", b""),
                                        ("imports?dry_run=true", b"email,role\r\n")])
def test_what_a_page_can_send_without_asking_changes_nothing_by_such_a_key(site, media, path, body):
    fields = [("Content-Type", media)] if media else []
    answer = site.request("POST", f"/orgauth/v1/orgs/acme/{path}", body=body, headers=fields, login=("x", site.people["acme"]["admin"].key))
    assert answer.status == 415, answer.body
    assert "text/csv" in answer.json["detail"] if path.startswith("imports") else "application/json" in answer.json["detail"]


def test_a_file_of_its_own_type_is_imported_by_such_a_key(site):
    answer = site.request("POST", "/orgauth/v1/orgs/acme/imports?dry_run=true", body=b"email,role\r\nx@acme.example,Viewer\r\n",
                          headers=[("Content-Type", "text/csv")], login=("x", site.people["acme"]["admin"].key))
    assert answer.status == 200, answer.body


def test_a_preflight_is_not_answered(site):
    answer = site.request("OPTIONS", "/orgauth/v1/orgs/acme/users", headers=[
        ("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")])
    assert not [name for name, _ in answer.headers if name.startswith("access-control-")]


def test_the_cookie_of_a_session_goes_before_such_a_key(site):
    site.expect("OA010")
    fields = [("Cookie", "orgauth=" + "0" * 56)]
    login = ("x", site.people["acme"]["admin"].key)
    assert site.get("/orgauth/v1/me", login=login, headers=fields).status == 401
    assert site.get("/orgauth/v1/me", login=login, headers=[("Cookie", "other=1")]).status == 200


# TLS

def test_a_key_from_afar_wants_tls(site):
    key = site.people["acme"]["admin"].key
    site.expect("OA010")
    answer = site.get("/orgauth/v1/orgs", key=key, headers=[("X-Client", "192.0.2.9")])
    assert (answer.status, answer.json["code"]) == (403, "not_allowed")
    assert site.get("/orgauth/v1/health", headers=[("X-Client", "192.0.2.9")]).status == 200
    assert site.get("/any/v1/orgs", key=key, headers=[("X-Client", "192.0.2.9")]).status == 200


def test_over_http_2_it_is_the_same(site):
    answer = site.h2("GET", "/orgauth/v1/orgs/acme", key=site.people["acme"]["viewer"].key)
    assert answer.status == 403
    assert site.h2("GET", "/orgauth/v1/orgs", key=site.people["acme"]["viewer"].key).json["items"][0]["slug"] == "acme"
