# SPDX-License-Identifier: Apache-2.0
"""What a refusal looks like: status, challenge, body and the headers beside it (docs/directives.md, Answers)."""

import re
import shutil
import subprocess

import pytest

from support import keys
from support.httpd import MPM, place
from support.web import basic

from conftest import PASSWORD

CONFIG = "".join([
    place("/file/any", "Require valid-user"),
    place("/file/bearer", "OrgAuthCredentials bearer", "Require valid-user"),
    place("/file/session", "OrgAuthCredentials session", "Require valid-user"),
    '<Location "/file/nameless">\n  AuthType OrgAuth\n  Require valid-user\n</Location>\n',
    '<Location "/file/quoted">\n  AuthType OrgAuth\n  AuthName "a \\"b\\" c"\n  Require valid-user\n</Location>\n',
    place("/file/editor", "Require orgauth-role Editor"),
    place("/file/other-user", "Require user somebody@acme.example"),
    place("/file/all", "<RequireAll>", "Require valid-user", "Require user somebody@acme.example", "</RequireAll>"),
    place("/file/one", "<RequireAny>", "Require user somebody@acme.example", "Require orgauth-role Editor", "</RequireAny>"),
    place("/file/expr", "<RequireAll>", "Require valid-user", "Require expr false", "</RequireAll>"),
    place("/file/nowhere", "<RequireAll>", "Require ip 192.0.2.1", "Require valid-user", "</RequireAll>"),
    place("/file/asked-to-say-403", "AuthzSendForbiddenOnFailure on", "Require orgauth-role Editor"),
    place("/file/other-org", "OrgAuthOrg other", "Require valid-user"),
    place("filed.txt", "Require orgauth-role Editor", section="Files"),
    "<If \"%{QUERY_STRING} == 'if'\">\n  AuthType OrgAuth\n  Require orgauth-role Editor\n</If>\n",
    place("/file/limited", "<Limit POST>", "Require orgauth-role Editor", "</Limit>", "<LimitExcept POST>",
          "Require all granted", "</LimitExcept>"),
    place("/file/page", 'ErrorDocument 401 "our own words"', "ErrorDocument 403 /sorry.html", "Require orgauth-role Editor"),
    place("/file/far", "Require valid-user"),
    place("/file/plain", "OrgAuthRequireTLS off", "Require valid-user"),
    "RemoteIPHeader X-From\n",
    '<Location "/file/provider">\n  OrgAuthRequireTLS off\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n'
    '  Require orgauth-role Editor\n</Location>\n',
])

REFUSED = r"OA010\d\d: |AH01630|AH01631|AH0161[78]"
BROWSER = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")


def challenges(answer):
    return [value for name, value in answer.headers if name == "www-authenticate"]


def assert_problem(answer, status, title):
    assert answer.status == status
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("Cache-Control") == "no-store"
    assert "Accept" in answer.header("Vary")
    problem = answer.json
    assert problem["status"] == status and problem["title"] == title and problem["type"] == "about:blank"
    assert set(problem) <= {"type", "title", "status", "detail"}


# 401 ---------------------------------------------------------------------------------------------------------------


def test_without_a_credential(site):
    answer = site.get("/file/any")
    assert_problem(answer, 401, "Unauthorized")
    assert challenges(answer) == ['Bearer realm="Acme"', 'Basic realm="Acme", charset="UTF-8"']


def test_with_a_wrong_one(site):
    site.expect(REFUSED)
    answer = site.get("/file/any", key=keys.unknown())
    assert_problem(answer, 401, "Unauthorized")
    assert challenges(answer) == ['Bearer realm="Acme", error="invalid_token"', 'Basic realm="Acme", charset="UTF-8"']


def test_with_an_expired_one(site, people):
    site.expect(REFUSED)
    key = site.orgauth.key(people.viewer.email, "acme", "--expires", "1s")
    answer = site.get("/file/any", key=key)
    while answer.status == 200:  # for less than a second
        answer = site.get("/file/any", key=key)
    assert_problem(answer, 401, "Unauthorized")
    assert challenges(answer)[0] == 'Bearer realm="Acme", error="invalid_token", error_description="the key has expired"'
    assert answer.json["detail"] == "the key has expired"


@pytest.mark.parametrize("path, challenge", [
    ("/file/bearer", ['Bearer realm="Acme"']),
    ("/file/session", ['Bearer realm="Acme"']),
    ("/file/nameless", ['Bearer realm="orgauth"', 'Basic realm="orgauth", charset="UTF-8"']),
    ("/file/quoted", ['Bearer realm="a \\"b\\" c"', 'Basic realm="a \\"b\\" c", charset="UTF-8"']),
])
def test_the_challenge_names_realm_and_ways(site, path, challenge):
    assert challenges(site.get(path)) == challenge


def test_a_session_is_not_known_yet(site, people):
    assert site.get("/file/session", headers=[("Cookie", "orgauth=x")]).status == 401
    assert site.get("/file/session", key=people.viewer.key).status == 401


def test_basic_is_not_offered_where_a_password_would_be_refused(site):
    answer = site.get("/file/far", headers=[("X-From", "192.0.2.1")])
    assert answer.status == 401 and challenges(answer) == ['Bearer realm="Acme"']


# 403 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "/file/editor", "/file/other-user", "/file/all", "/file/one", "/file/expr", "/file/nowhere", "/file/asked-to-say-403",
    "/filed.txt", "/index.html?if", "/file/provider",
])
@pytest.mark.parametrize("way", ["login", "key"])
def test_a_requirement_that_is_not_met_whosever_it_is(site, people, path, way):
    site.expect(REFUSED)
    login = (people.viewer.email, people.viewer.password)
    how = {"login": login if way == "login" else ("key", people.viewer.key)} if "provider" in path or way == "login" \
        else {"key": people.viewer.key}
    (site.root / "htdocs/filed.txt").write_text("filed\n")
    answer = site.get(path, **how)
    assert_problem(answer, 403, "Forbidden")
    assert re.fullmatch(r'Bearer realm="[^"]+", error="insufficient_scope"', answer.header("WWW-Authenticate"))


def test_in_htaccess(site, people):
    site.expect(REFUSED)
    path = site.root / "htdocs/guarded"
    path.mkdir(exist_ok=True)
    (path / "page.txt").write_text("guarded\n")
    (path / ".htaccess").write_text("AuthType OrgAuth\nRequire orgauth-role Editor\n")
    assert site.get("/guarded/page.txt").status == 401
    assert_problem(site.get("/guarded/page.txt", key=people.viewer.key), 403, "Forbidden")
    assert site.get("/guarded/page.txt", key=people.editor.key).body == b"guarded\n"


def test_another_organization(site, people):
    site.expect(REFUSED)
    site.orgauth.run("org", "create", "Other", "--slug", "other")
    answer = site.get("/file/other-org", key=people.viewer.key)
    assert_problem(answer, 403, "Forbidden")
    assert 'error="insufficient_scope"' in answer.header("WWW-Authenticate")


def test_denied_whoever_calls_names_no_error_to_who_did_not_say(site):
    site.expect(REFUSED)
    answer = site.get("/file/nowhere")
    assert_problem(answer, 403, "Forbidden")
    assert answer.header("WWW-Authenticate") is None


def test_limit_is_httpds(site, people):
    site.expect(REFUSED)
    assert site.get("/file/limited").status == 200
    assert site.request("POST", "/file/limited").status == 401
    assert site.request("POST", "/file/limited", key=people.viewer.key).status == 403


def test_credentials_over_plain_http(site, people):
    site.expect(REFUSED)
    answer = site.get("/file/far", key=people.viewer.key, headers=[("X-From", "192.0.2.1")])
    assert_problem(answer, 403, "Forbidden")
    assert "TLS" in answer.json["detail"]


# 400, 429, 503 -----------------------------------------------------------------------------------------------------


def test_two_credentials(site, people):
    site.expect(REFUSED)
    answer = site.get("/file/any", key=people.viewer.key, headers=[("X-API-Key", people.viewer.key)])
    assert_problem(answer, 400, "Bad Request")


@pytest.mark.parametrize("path, client", [("/file/plain", "192.0.2.9"), ("/file/provider", "192.0.2.10")])
def test_too_many_failures(site, people, path, client):
    site.expect(REFUSED)
    site.orgauth.run("setting", "set", "login.throttle", "12/60s")
    try:
        answers = [site.get(path, headers=[("X-From", client)], login=(f"nobody{i}@acme.example", "wrong password"))
                   for i in range(13)]
        assert [answer.status for answer in answers] == [401] * 12 + [429]
        assert_problem(answers[-1], 429, "Too Many Requests")
        assert 1 <= int(answers[-1].header("Retry-After")) <= 75
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "60/60s")


@pytest.mark.parametrize("path", ["/file/any", "/file/provider"])
def test_the_store_gone(site, people, path):
    site.expect(r"OA01019: ", r"OA0[34]\d\d\d: ")
    login = (people.editor.email, people.editor.password)
    assert site.get(path, login=login).status == 200
    away = site.store.with_suffix(".away")
    site.store.rename(away)
    try:
        answer = site.get(path, login=login)
        while answer.status == 200:  # a child looks at the file once in a millisecond
            answer = site.get(path, login=login)
        assert_problem(answer, 503, "Service Unavailable")
        assert int(answer.header("Retry-After")) >= 1
    finally:
        away.rename(site.store)


def test_a_secret_that_comes_back_serves_again(site, people):
    """Without it no child can be set up: 503, and each child tries again by itself."""
    site.expect(r"OA01019: ", r"OA03001: ", r"OA03002: ")
    site.stop()
    away = site.secret.with_suffix(".away")
    site.secret.rename(away)
    try:
        site.start()
        answer = site.get("/file/any", key=people.viewer.key)
        assert_problem(answer, 503, "Service Unavailable")
        assert site.get("/file/any").status == 503
    finally:
        away.rename(site.secret)
    site._wait(lambda: site.get("/file/any", key=people.viewer.key).status == 200, "serve again", seconds=5)
    site.restart()


def test_another_secret_is_no_wrong_key(site, people):
    """The right key cannot be told from a wrong one then: 503, and nothing is counted."""
    site.expect(r"OA01019: ", r"OA0[34]0\d\d: ")
    own = site.secret.read_text()
    site.stop()
    site.secret.write_text("0" * 64 + "\n")
    try:
        site.start()
        for _ in range(12):
            assert_problem(site.get("/file/any", key=people.viewer.key), 503, "Service Unavailable")
        assert "another master secret" in site.orgauth.run("user", "list", "--org", "acme", code=1).stderr
    finally:
        site.secret.write_text(own)
    site._wait(lambda: site.get("/file/any", key=people.viewer.key).status == 200, "serve again")
    site.restart()
    assert site.orgauth.status(people.viewer.email) == "VALIDATED"


# The body ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept, html", [
    (None, False), ("*/*", False), ("application/json", False), ("text/html", True), (BROWSER[1], True),
    ("text/*", True), ("text/html;q=0.5, */*", False), ("text/html;q=0.5, */*;q=0.4", True),
    ("application/json, text/html", False), ("application/problem+json;q=0.9, text/html;q=1.0", True),
    ("application/problem+json, text/html", False), ("TEXT/HTML", True), ("text/html;q=0", False),
    ("text/html;level=1;q=0.9, application/json;q=0.8", True), ("text/html;q=0.001", True), ("text/html; q=1.5", True),
    ("text/html;q=abc", False), (",,,", False), ("text/html ; q=0.9, application/*;q=0.95", False), ("", False),
])
def test_html_only_for_who_prefers_it(site, accept, html):
    answer = site.get("/file/any", headers=[("Accept", accept)] if accept is not None else [])
    assert answer.status == 401
    assert answer.header("Content-Type").startswith("text/html" if html else "application/problem+json")
    assert answer.header("Cache-Control") == "no-store" and answer.header("Vary") == "Accept"


def test_html_for_403_too(site, people):
    site.expect(REFUSED)
    answer = site.get("/file/editor", key=people.viewer.key, headers=[BROWSER])
    assert answer.status == 403 and answer.header("Content-Type").startswith("text/html")
    assert 'error="insufficient_scope"' in answer.header("WWW-Authenticate")


def test_the_sites_own_error_documents_win(site, people):
    site.expect(REFUSED)
    (site.root / "htdocs/sorry.html").write_text("<p>sorry</p>\n")
    answer = site.get("/file/page")
    assert answer.status == 401 and answer.body.strip() == b"our own words"
    assert challenges(answer)[0].startswith("Bearer") and answer.header("Cache-Control") == "no-store"
    answer = site.get("/file/page", key=people.viewer.key)
    assert answer.status == 403 and answer.body == b"<p>sorry</p>\n"
    assert 'error="insufficient_scope"' in answer.header("WWW-Authenticate")


def test_head_has_the_headers_and_no_body(site):
    answer = site.request("HEAD", "/file/any")
    assert answer.status == 401 and answer.body == b""
    assert answer.header("Content-Type") == "application/problem+json" and len(challenges(answer)) == 2


def test_options_is_judged_like_any_method(site, people):
    assert site.request("OPTIONS", "/file/any").status == 401
    assert site.request("OPTIONS", "/file/any", key=people.viewer.key).status == 200


@pytest.mark.skipif(MPM == "prefork", reason="mod_http2 does not run on prefork")
def test_http_2_answers_alike(site, people):
    site.expect(REFUSED)
    assert_problem(site.h2("GET", "/file/any"), 401, "Unauthorized")
    assert_problem(site.h2("GET", "/file/editor", key=people.viewer.key), 403, "Forbidden")


# fail2ban ----------------------------------------------------------------------------------------------------------

# What the stock filter of fail2ban 1.0 takes for a failed login, after the prefix with the client's address.
STOCK = [r"([A-Z]\w+: )?user (?:\S*|.*?): password mismatch\b",
         r"([A-Z]\w+: )?user `(?:[^']*|.*?)' in realm `.+' (auth(?:oriz|entic)ation failure|not found|denied by provider)\b"]
PREFIX = r"\[orgauth:error\]( \[pid \d+(:\S+ \d+)?\])? \[client 127\.0\.0\.1(:\d{1,5})?\] "


def test_failed_logins_match_fail2bans_stock_filter(site, newcomer):
    site.expect(REFUSED)
    person = newcomer(password=PASSWORD)
    banned = newcomer(password=PASSWORD)
    site.orgauth.run("--yes", "user", "ban", banned.email)
    failed = [{"login": (person.email, "wrong")}, {"key": keys.wrong_secret(person.key)}, {"key": keys.unknown()},
              {"key": keys.wrong_checksum(person.key)}, {"login": ("nobody@acme.example", "wrong")},
              {"login": (banned.email, PASSWORD)}, {"login": ("a\nb\x1b[1m: password mismatch", "wrong")}]
    mark = site.log_size()
    for how in failed:
        assert site.get("/file/any", **how).status in (400, 401)
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    lines = site.log(mark).splitlines()
    assert len(lines) == len(failed), lines
    matched = [line for line in lines if any(re.search(PREFIX + pattern, line) for pattern in STOCK)]
    assert len(matched) >= len(failed) - 1, set(lines) - set(matched)


@pytest.mark.skipif(not shutil.which("fail2ban-regex"), reason="fail2ban is not installed")
def test_fail2ban_itself_matches_them(site):
    site.expect(REFUSED)
    site.get("/file/any", key=keys.unknown())
    done = subprocess.run(["fail2ban-regex", str(site.root / "logs/error.log"), "apache-auth"], capture_output=True, text=True)
    assert re.search(r" [1-9]\d* matched", done.stdout), done.stdout
