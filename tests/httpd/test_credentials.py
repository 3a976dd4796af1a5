# SPDX-License-Identifier: Apache-2.0
"""Ways of presenting a credential, and what is answered to each kind of credential."""

import base64

import pytest

from support import keys
from support.httpd import MPM, place
from support.web import basic, bearer

from conftest import PASSWORD

CONFIG = "".join([
    place("/file/any", "Require valid-user"),
    place("/cgi/any", "Require valid-user"),
    place("/cgi/shown", "OrgAuthHideCredentials off", "Require valid-user"),
    place("/file/bearer", "OrgAuthCredentials bearer", "Require valid-user"),
    place("/file/header", "OrgAuthCredentials header", "OrgAuthKeyHeader X-Reports-Key", "Require valid-user"),
    place("/file/basic", "OrgAuthCredentials basic", "Require valid-user"),
    place("/file/far", "Require valid-user"),
    place("/file/far/plain", "OrgAuthRequireTLS off", "Require valid-user"),
    "RemoteIPHeader X-From\n",
    '<Location "/file/provider">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n</Location>\n',
])

REFUSED = r"OA010\d\d: "


def octets(text):
    return ("Authorization", "Basic " + base64.b64encode(text).decode())


@pytest.mark.parametrize("path, headers, status", [
    ("/file/any", lambda p: [bearer(p.key)], 200),
    ("/file/any", lambda p: [("Authorization", "bearer " + p.key)], 200),
    ("/file/any", lambda p: [("X-API-Key", p.key)], 200),
    ("/file/any", lambda p: [("x-api-key", p.key)], 200),
    ("/file/any", lambda p: [basic(p.email, p.password)], 200),
    ("/file/any", lambda p: [basic(p.email.upper(), p.password)], 200),
    ("/file/any", lambda p: [basic("anybody", p.key)], 200),
    ("/file/any", lambda p: [basic("", p.key)], 200),
    ("/file/bearer", lambda p: [bearer(p.key)], 200),
    ("/file/bearer", lambda p: [("X-API-Key", p.key)], 401),
    ("/file/bearer", lambda p: [basic(p.email, p.password)], 401),
    ("/file/header", lambda p: [("X-Reports-Key", p.key)], 200),
    ("/file/header", lambda p: [("X-API-Key", p.key)], 401),
    ("/file/header", lambda p: [bearer(p.key)], 401),
    ("/file/basic", lambda p: [basic(p.email, p.password)], 200),
    ("/file/basic", lambda p: [basic("x", p.key)], 200),
    ("/file/basic", lambda p: [bearer(p.key)], 401),
    ("/file/provider", lambda p: [basic(p.email, p.password)], 200),
])
def test_each_way_counts_where_it_is_accepted(site, people, path, headers, status):
    assert site.get(path, headers=headers(people.viewer)).status == status


def test_the_basic_provider_refuses_a_wrong_password(site, people):
    site.expect(REFUSED, "AH01617")
    assert site.get("/file/provider", login=(people.viewer.email, "wrong")).status == 401
    assert site.get("/file/provider", login=(people.viewer.email, people.viewer.password)).status == 200


def test_no_credential_is_asked_for_one_without_an_error(site):
    answer = site.get("/file/any")
    assert answer.status == 401
    assert 'Bearer realm="Acme"' in answer.header("WWW-Authenticate")
    assert 'Basic realm="Acme"' in answer.header("WWW-Authenticate")
    assert "error=" not in answer.header("WWW-Authenticate")
    assert answer.header("Cache-Control") == "no-store"


def test_basic_is_offered_only_where_it_is_accepted(site):
    challenge = site.get("/file/bearer").header("WWW-Authenticate")
    assert "Bearer" in challenge and "Basic" not in challenge
    challenge = site.get("/file/basic").header("WWW-Authenticate")
    assert "Basic" in challenge


def test_a_key_in_the_query_string_is_never_looked_at(site, people):
    for name in ("key", "api_key", "X-API-Key", "access_token", "Authorization"):
        assert site.get(f"/file/any?{name}={people.viewer.key}").status == 401


@pytest.mark.parametrize("headers", [
    lambda p: [bearer(p.key), bearer(p.key)],
    lambda p: [bearer(p.key), ("X-API-Key", p.key)],
    lambda p: [basic(p.email, p.password), ("X-API-Key", p.key)],
    lambda p: [bearer(p.key), basic(p.email, p.password)],
    lambda p: [("X-API-Key", p.key), ("X-API-Key", p.key)],
], ids=["bearer twice", "bearer and header", "basic and header", "bearer and basic", "header twice"])
@pytest.mark.parametrize("path", ["/file/any", "/cgi/any"])
def test_two_credentials_in_one_request_are_400(site, people, path, headers):
    site.expect(REFUSED)
    answer = site.get(path, headers=headers(people.viewer))
    assert answer.status == 400
    assert answer.header("Content-Type") == "application/problem+json"


def test_what_a_stranger_can_cause_looks_the_same(site, people, newcomer):
    """Unknown, malformed, wrong: byte for byte one answer, but for the date."""
    site.expect(REFUSED)
    banned = newcomer(password=PASSWORD)
    site.orgauth.run("user", "ban", banned.email)
    attempts = [
        {"key": keys.unknown()},
        {"key": keys.wrong_secret(people.viewer.key)},
        {"key": keys.wrong_checksum(people.viewer.key)},
        {"key": "oak_short"},
        {"key": keys.wrong_secret(banned.key)},
        {"login": ("nobody@acme.example", PASSWORD)},
        {"login": (people.viewer.email, "a wrong password")},
        {"login": (banned.email, PASSWORD)},
        {"login": (banned.email, "a wrong password")},
    ]
    answers = [site.get("/file/any", **attempt) for attempt in attempts]
    shown = {(a.status, a.body, tuple((n, v) for n, v in a.headers if n != "date")) for a in answers}
    assert len(shown) == 1, shown
    assert answers[0].status == 401
    assert 'error="invalid_token"' in answers[0].header("WWW-Authenticate")
    assert "error_description" not in answers[0].header("WWW-Authenticate")
    site.orgauth.run("user", "validate", people.viewer.email)


@pytest.mark.parametrize("spoil, says", [
    (lambda o, p: o.run("--yes", "key", "revoke", p.key_id), "revoked"),
    (lambda o, p: o.run("--yes", "user", "ban", p.email), "BANNED"),
    (lambda o, p: o.run("--yes", "user", "deactivate", p.email, "--org", "acme"), "DEACTIVATED"),
], ids=["revoked", "banned", "deactivated"])
def test_the_holder_of_the_right_key_is_told_why(site, newcomer, spoil, says):
    site.expect(REFUSED)
    person = newcomer()
    spoil(site.orgauth, person)
    answer = site.get("/file/any", key=person.key)
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.header("WWW-Authenticate")
    assert says in answer.header("WWW-Authenticate").split("error_description=")[1]
    stranger = site.get("/file/any", key=keys.wrong_secret(person.key))
    assert "error_description" not in stranger.header("WWW-Authenticate")


@pytest.mark.parametrize("value", [
    octets(b"no colon"), octets(b""), octets(b":"), octets(b"a\0b:c"), octets(b"user:pass\x01word"), octets(b"\xff\xfe:\xff"),
    ("Authorization", "Basic ====") , ("Authorization", "Basic !!!"), ("Authorization", "Basic"), ("Authorization", "Bearer"),
    ("Authorization", "Bearer "), ("Authorization", "Bearer a b"), ("Authorization", "Digest username=x"),
    ("Authorization", ""), ("X-API-Key", ""), ("X-API-Key", "oak_"), ("Authorization", "Bearer " + "a" * 7000),
    ("Authorization", "Bearer oak_" + "0" * 7000), octets(b"u@acme.example:" + b"p" * 5000),
], ids=lambda value: value[1][:24])
def test_odd_credentials_are_refused_and_never_500(site, value):
    site.expect(REFUSED)
    assert site.get("/file/any", headers=[value]).status in (400, 401)


@pytest.mark.parametrize("spoil, status", [
    (lambda p: [octets(f"{p.email}:{p.password}\0more".encode())], 401),
    (lambda p: [octets(f"{p.email}\0more:{p.password}".encode())], 401),
    (lambda p: [octets(f"x:{p.key}\0".encode())], 401),
    (lambda p: [basic(p.email, p.password), basic(p.email, p.password)], 400),
    (lambda p: [basic("x", p.key), bearer(p.key)], 400),
], ids=["NUL in the password", "NUL in the name", "NUL behind a key", "twice", "and bearer"])
def test_the_basic_provider_takes_nothing_but_one_whole_credential(site, people, spoil, status):
    site.expect(REFUSED, "AH0161[78]")
    assert site.get("/file/provider", headers=spoil(people.viewer)).status == status
    assert site.get("/file/provider", headers=[basic(people.viewer.email, people.viewer.password)]).status == 200


def test_the_back_end_sees_who_calls_but_not_the_credential(site, people):
    for headers in ([bearer(people.viewer.key)], [("X-API-Key", people.viewer.key)],
                    [basic(people.viewer.email, people.viewer.password)]):
        answer = site.get("/cgi/any", headers=headers)
        assert answer.status == 200
        assert answer.json["env"]["REMOTE_USER"] == people.viewer.email
        assert people.viewer.key not in answer.body.decode()
        assert "authorization" not in answer.seen and "x-api-key" not in answer.seen


def test_the_credential_passes_where_it_is_not_to_be_hidden(site, people):
    answer = site.get("/cgi/shown", headers=[("X-API-Key", people.viewer.key)])
    assert answer.seen["x-api-key"] == people.viewer.key


def test_credentials_over_plain_http_from_afar_are_refused(site, people):
    site.expect(REFUSED)
    far = ("X-From", "192.0.2.7")
    assert site.get("/file/far", key=people.viewer.key).status == 200
    assert site.get("/file/far", key=people.viewer.key, headers=[far]).status == 403
    assert site.get("/file/far", headers=[far]).status == 401
    assert site.get("/file/far/plain", key=people.viewer.key, headers=[far]).status == 200


def test_a_browser_gets_html_and_a_program_problem_json(site):
    site.expect(REFUSED)
    html = site.get("/file/any", headers=[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
    assert html.status == 401 and html.header("Content-Type").startswith("text/html")
    for accept in ([], [("Accept", "*/*")], [("Accept", "application/json")]):
        problem = site.get("/file/any", headers=accept)
        assert problem.header("Content-Type") == "application/problem+json"
        assert problem.json["status"] == 401


def test_no_secret_reaches_a_log(site, people):
    site.expect(REFUSED)
    canary = "canary password that is wrong"
    wrong = keys.wrong_secret(people.robot.key)
    for how in ({"key": people.viewer.key}, {"key": wrong}, {"login": (people.viewer.email, canary)},
                {"login": (people.viewer.email, people.viewer.password)}):
        site.get("/cgi/any", **how)
    logs = site.log() + site.access()
    for secret in (people.viewer.key, wrong, canary, people.viewer.password, keys.parts(people.viewer.key)[1],
                   basic(people.viewer.email, canary)[1].split()[1]):
        assert secret not in logs
    site.orgauth.run("user", "validate", people.viewer.email)


@pytest.mark.skipif(MPM == "prefork", reason="mod_http2 does not run on prefork")
def test_http_2_is_judged_alike(site, people):
    site.expect(REFUSED)
    assert site.h2("GET", "/cgi/any").status == 401
    assert site.h2("GET", "/cgi/any", key=keys.unknown()).status == 401
    answer = site.h2("GET", "/cgi/any", key=people.viewer.key)
    assert answer.status == 200 and answer.json["env"]["REMOTE_USER"] == people.viewer.email
    assert site.h2("GET", "/cgi/any", login=(people.viewer.email, people.viewer.password)).status == 200
    assert site.h2("GET", "/cgi/any", key=people.viewer.key, headers=[("x-api-key", people.viewer.key)]).status == 400
