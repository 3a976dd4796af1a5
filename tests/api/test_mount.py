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
