# SPDX-License-Identifier: Apache-2.0
"""Who calls, as the back end and the logs see it: never from the client, always from the decision; and no credential."""

import re

import pytest

from support import keys
from support.httpd import MPM, place, query
from support.web import basic, bearer

from conftest import PASSWORD

CONFIG = "".join([
    "MergeTrailers on\n",
    place("/cgi/any", "Require valid-user"),
    place("/proxy/any", "Require valid-user"),
    place("/proxy/or-here", "OrgAuthCredentials bearer header", "<RequireAny>", "Require ip 127.0.0.1",
          "Require valid-user", "</RequireAny>"),
    place("/cgi/quiet", "OrgAuthForward off", "Require valid-user"),
    place("/proxy/quiet", "OrgAuthForward off", "Require valid-user"),
    place("/proxy/shown", "OrgAuthHideCredentials off", "Require valid-user"),
    place("/cgi/bearer", "OrgAuthCredentials bearer", "Require valid-user"),
    place("/cgi/api", "Require orgauth-api nothing reports"),
    place("/cgi/secret-env", "Require valid-user"),
    # A site that hands the credential on by hand, in the ways that are written about.
    'SetEnvIf Authorization "^(.*)$" HTTP_AUTHORIZATION=$1\n',
    'SetEnvIf X-API-Key "^(.*)$" HTTP_X_API_KEY=$1\n',
    "RewriteEngine on\n",
    'RewriteRule "^/cgi/secret-env" - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization},E=REDIRECT_HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n',
    # A back end that has a login of its own.
    '<Location "/proxy/own">\n  RequestHeader set Authorization "Bearer of-the-site"\n</Location>\n',
    place("/proxy/own", "Require valid-user"),
    '<Location "/cgi/provider">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n</Location>\n',
    # Where internal redirects lead: a place that asks something else than most.
    place("/cgi/into-acme", "OrgAuthOrg acme", "Require valid-user"),
    place("/cgi/other-header", "OrgAuthKeyHeader X-Reports-Key", "Require valid-user"),
])

IDENTITY = ["x-orgauth-user-id", "x-orgauth-email", "x-orgauth-org", "x-orgauth-org-id", "x-orgauth-role", "x-orgauth-key-id"]
REFUSED = r"OA010\d\d: |AH0161[78]|AH0163[01]"
FORGED = ["X-Orgauth-Email", "x-orgauth-email", "X-ORGAUTH-EMAIL", "X_Orgauth_Email", "X-Orgauth_Role", "x_ORGAUTH-user_id",
          "X.Orgauth.Email", "X~Orgauth~Role", "X!Orgauth'Org", "X-Orgauth-Api", "X-Orgauth-Whatever-Comes"]
OPEN, GUARDED = ["/cgi/open", "/proxy/open"], ["/cgi/any", "/proxy/any"]


def folded(name):
    return re.sub(r"[^a-z0-9]", "-", name.lower())


def identity(answer):
    """The identity headers that the back end saw, their names as CGI folds them, with all their values."""
    shown = answer.json["headers"]
    pairs = shown.items() if isinstance(shown, dict) else shown
    return [(folded(name), value) for name, value in pairs if folded(name).startswith("x-orgauth-")]


@pytest.fixture(scope="module")
def known(running, people):
    """What the store says of the viewer."""
    return running.orgauth.json("user", "show", people.viewer.email, "--org", "acme")


# Forged headers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_a_forged_header_reaches_no_open_place(site, path, name, method):
    answer = site.request(method, path, headers=[(name, "forged"), (name, "forged again")])
    assert answer.status == 200 and identity(answer) == []


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("path", GUARDED)
def test_a_forged_header_does_not_stand_beside_the_true_one(site, people, path, name):
    answer = site.get(path, headers=[(name, "forged")], key=people.viewer.key)
    assert "forged" not in answer.body.decode()
    assert dict(identity(answer))["x-orgauth-email"] == people.viewer.email
    assert len(identity(answer)) == len(IDENTITY)


@pytest.mark.parametrize("path", ["/cgi/quiet", "/proxy/quiet"])
def test_a_forged_header_is_removed_where_nothing_is_forwarded(site, people, path):
    answer = site.get(path, headers=[(name, "forged") for name in FORGED], key=people.viewer.key)
    assert answer.status == 200 and identity(answer) == []


def test_a_forged_header_is_removed_where_nobody_had_to_be_asked(site):
    answer = site.get("/proxy/or-here", headers=[("X-Orgauth-Email", "forged")])
    assert answer.status == 200 and identity(answer) == []


@pytest.mark.parametrize("path", OPEN + GUARDED)
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_trailer_reaches_no_back_end(site, people, path, name):
    """`MergeTrailers on` makes headers of trailers, after the request's headers were cleaned."""
    answer = site.raw((f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {people.viewer.key}\r\n"
                       f"Transfer-Encoding: chunked\r\nConnection: close\r\nTrailer: {name}\r\n\r\n"
                       f"5\r\nhello\r\n0\r\n{name}: forged\r\nX-Harmless: kept\r\n\r\n").encode())
    assert answer.status == 200
    assert "forged" not in answer.body.decode()
    assert len(identity(answer)) == (len(IDENTITY) if path in GUARDED else 0)


@pytest.mark.parametrize("value", [
    "X-Orgauth-Email", "close, X-Orgauth-Email", "x-orgauth-email , keep-alive", "X-Orgauth-Email,X-Orgauth-Role,X-Orgauth-Org",
    "X_Orgauth_Email, X-Orgauth-Email", ",,X-Orgauth-Role,,", "close;X-Orgauth-Email", ";X-Orgauth-Role;,", "a\tX-Orgauth-Org",
])
def test_naming_a_header_in_connection_does_not_remove_it(site, people, value):
    answer = site.get("/proxy/any", key=people.viewer.key, headers=[("Connection", value)])
    assert answer.status == 200
    assert sorted(name for name, _ in identity(answer)) == sorted(IDENTITY)


def test_naming_a_header_in_connection_twice_does_not_remove_it(site, people):
    answer = site.get("/proxy/any", key=people.viewer.key,
                      headers=[("Connection", "X-Orgauth-Email"), ("Connection", "close, X-Orgauth-Role")])
    assert len(identity(answer)) == len(IDENTITY)


@pytest.mark.skipif(MPM == "prefork", reason="mod_http2 does not run on prefork")
def test_a_forged_header_over_http_2_is_removed(site, people):
    for path in OPEN:
        assert identity(site.h2("GET", path, headers=[("x-orgauth-email", "forged")])) == []
    answer = site.h2("GET", "/proxy/any", key=people.viewer.key, headers=[("x_orgauth_email", "forged")])
    assert dict(identity(answer))["x-orgauth-email"] == people.viewer.email and "forged" not in answer.body.decode()


# The true identity -------------------------------------------------------------------------------------------------


def expected(person, known):
    return {"USER_ID": known["id"], "EMAIL": person.email, "ORG": "acme", "ROLE": "Viewer", "KEY_ID": person.key_id}


def test_the_environment_says_who_calls(site, people, known):
    env = site.get("/cgi/any", key=people.viewer.key).json["env"]
    for name, value in expected(people.viewer, known).items():
        assert env["ORGAUTH_" + name] == value
    assert env["ORGAUTH_ORG_ID"].startswith("org_")
    assert env["REMOTE_USER"] == people.viewer.email and env["AUTH_TYPE"] == "OrgAuth"
    assert "ORGAUTH_API" not in env


def test_a_proxied_back_end_is_told_who_calls(site, people, known):
    seen = site.get("/proxy/any", key=people.viewer.key).seen
    for name, value in expected(people.viewer, known).items():
        assert seen["x-orgauth-" + folded(name)] == value


def test_a_login_has_no_key_id(site, people):
    answer = site.get("/cgi/any", login=(people.viewer.email.upper(), people.viewer.password))
    assert answer.json["env"]["REMOTE_USER"] == people.viewer.email
    assert "ORGAUTH_KEY_ID" not in answer.json["env"] and "x-orgauth-key-id" not in answer.seen


def test_forward_off_keeps_the_environment(site, people):
    assert site.get("/cgi/quiet", key=people.viewer.key).json["env"]["ORGAUTH_EMAIL"] == people.viewer.email


def test_the_web_api_is_named(site, people):
    """That of the service account, else the one that the Require line named and the caller has."""
    own = site.orgauth("api", "register", "reports", "--org", "acme")
    site.orgauth.run("api", "attach", "reports", "--org", "acme", "--user", people.robot.email)
    assert site.get("/cgi/api", key=people.robot.key).json["env"]["ORGAUTH_API"] == "reports"
    assert site.get("/cgi/api", key=own).json["env"]["ORGAUTH_API"] == "reports"
    assert site.get("/cgi/any", key=own).json["env"]["ORGAUTH_API"] == "reports"
    assert "ORGAUTH_API" not in site.get("/cgi/any", key=people.robot.key).json["env"]


def test_nothing_is_said_on_open_places(site, people):
    env = site.get("/cgi/open", key=people.viewer.key).json["env"]
    assert not [name for name in env if "ORGAUTH" in name] and "REMOTE_USER" not in env


def test_the_access_log_has_the_notes(site, people):
    site.expect(REFUSED)
    site.get("/cgi/any", key=people.viewer.key)
    site.get("/cgi/any", key=keys.unknown())
    # httpd logs once it has answered.
    for line in (f"200 decision=allowed key={people.viewer.key_id} user={people.viewer.email}",
                 "401 decision=unknown key=- user=-"):
        site._wait(lambda: line in site.access(), "log the request")


# The credential ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cgi/any", "/proxy/any", "/cgi/secret-env"])
@pytest.mark.parametrize("present", [
    lambda p: [bearer(p.key)],
    lambda p: [("X-API-Key", p.key)],
    lambda p: [("X-API-Key", p.key), ("X_API_Key", p.key), ("x.api.key", p.key)],
    lambda p: [basic(p.email, p.password)],
    lambda p: [basic("x", p.key)],
], ids=["bearer", "header", "header and its look-alikes", "basic", "basic with a key"])
def test_the_credential_is_hidden_however_it_is_passed_on(site, people, path, present):
    headers = present(people.viewer)
    answer = site.get(path, headers=headers)
    assert answer.status == 200
    for _, value in headers:
        assert value.split()[-1] not in answer.body.decode()


def test_the_credential_is_hidden_where_nobody_had_to_be_asked(site, people):
    assert people.viewer.key not in site.get("/proxy/or-here", key=people.viewer.key).body.decode()


def test_the_basic_provider_hides_the_password(site, people):
    answer = site.get("/cgi/provider", login=(people.viewer.email.upper(), people.viewer.password))
    assert answer.json["env"]["REMOTE_USER"] == answer.json["env"]["ORGAUTH_EMAIL"] == people.viewer.email
    assert answer.json["env"]["AUTH_TYPE"] == "Basic"
    assert "authorization" not in answer.seen


def test_the_basic_provider_takes_a_key_for_a_password(site, people):
    answer = site.get("/cgi/provider", login=("anybody", people.viewer.key))
    assert answer.json["env"]["REMOTE_USER"] == people.viewer.email
    assert answer.json["env"]["ORGAUTH_KEY_ID"] == people.viewer.key_id


def test_what_is_not_to_be_hidden_passes(site, people):
    assert site.get("/proxy/shown", key=people.viewer.key).seen["authorization"] == "Bearer " + people.viewer.key


def test_a_way_that_does_not_count_is_the_back_ends_business(site, people):
    site.expect(REFUSED)
    # Two credentials stay two, so the other way is sent to an open place beneath nothing of ours.
    assert site.get("/cgi/open", headers=[("X-API-Key", "of the back end")]).seen["x-api-key"] == "of the back end"


def test_the_sites_own_authorization_reaches_the_back_end(site, people):
    assert site.get("/proxy/own", key=people.viewer.key).seen["authorization"] == "Bearer of-the-site"


# Internal redirects and subrequests --------------------------------------------------------------------------------


def htaccess(site, directory, text):
    path = site.root / "htdocs" / directory
    path.mkdir(exist_ok=True)
    (path / ".htaccess").write_text(text)
    return path


def test_a_redirect_to_another_question_asks_of_the_hidden_credential(site, people):
    """A per-directory rewrite happens after the credential was taken out; the place it leads to asks for another organization."""
    htaccess(site, "rewritten", "AuthType OrgAuth\nRequire valid-user\nRewriteEngine on\nRewriteRule ^to$ /cgi/into-acme\n"
                                "RewriteRule ^same$ /cgi/any\nRewriteRule ^open$ /cgi/open\n")
    for path in ("/rewritten/to", "/rewritten/same"):
        answer = site.get(path, headers=[("X-API-Key", people.viewer.key)])
        assert answer.status == 200, path
        assert answer.json["env"]["ORGAUTH_KEY_ID"] == people.viewer.key_id
        assert people.viewer.key not in answer.body.decode()
    answer = site.get("/rewritten/open", key=people.viewer.key)
    assert answer.status == 200 and identity(answer) == [] and people.viewer.key not in answer.body.decode()


def test_a_directory_index_is_the_place_that_counts(site, people):
    """mod_dir lays the index over the request for its directory."""
    path = htaccess(site, "indexed", "Options +ExecCGI\nDirectoryIndex index.sh\nAddHandler cgi-script .sh\n"
                                     "CGIPassAuth on\n<Files index.sh>\nAuthType OrgAuth\nRequire valid-user\n</Files>\n")
    program = path / "index.sh"
    program.write_text('#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n"; env\n')
    program.chmod(0o755)
    site.expect(REFUSED, "AH01276|AH01215")
    assert site.get("/indexed/").status in (401, 403, 404)
    answer = site.get("/indexed/", key=people.viewer.key)
    assert answer.status == 200
    text = answer.body.decode()
    assert f"ORGAUTH_EMAIL={people.viewer.email}\n" in text and f"HTTP_X_ORGAUTH_EMAIL={people.viewer.email}\n" in text
    assert people.viewer.key not in text


def test_an_open_page_that_includes_a_guarded_one_says_nothing_itself(site, people):
    path = htaccess(site, "page", 'AddType text/html .shtml\nAddOutputFilter INCLUDES .shtml\n')
    (path / "page.shtml").write_text('[<!--#include virtual="/cgi/any" -->][<!--#include virtual="/cgi/open" -->]'
                                     '[<!--#echo var="ORGAUTH_EMAIL" -->]')
    answer = site.get("/page/page.shtml", key=people.viewer.key)
    guarded, opened, own = re.fullmatch(r"\[(.*)\]\[(.*)\]\[(.*)\]\s*", answer.body.decode(), re.S).groups()
    assert people.viewer.email in guarded
    assert people.viewer.email not in opened and "X-Orgauth" not in opened
    assert people.viewer.email not in own


def test_a_mistake_is_counted_once_though_the_error_document_is_guarded_too(site, newcomer):
    """By one of another organization, by one whose key has another header, and by httpd's Basic authentication, either way round."""
    site.expect(REFUSED, "OA01040")
    person = newcomer(password=PASSWORD)
    ours, httpds = "AuthType OrgAuth", "AuthType Basic\nAuthName b\nAuthBasicProvider orgauth"
    pairs = [(ours, "/cgi/into-acme"), (ours, "/cgi/other-header"), (ours, "/cgi/provider"), (httpds, "/cgi/provider"), (httpds, "/cgi/any")]
    for i, (kind, document) in enumerate(pairs):
        htaccess(site, f"mistaken{i}", f"{kind}\nRequire valid-user\nErrorDocument 401 {document}\n")
        assert site.get(f"/mistaken{i}/x", login=(person.email, "wrong password")).status == 401
        assert site.orgauth.failures(person.email) == (i + 1, 0), (kind, document)
    for _ in range(9 - len(pairs)):
        assert site.get("/mistaken0/x", login=(person.email, "wrong password")).status == 401
    assert site.orgauth.status(person.email) == "VALIDATED"
    assert site.get("/mistaken0/x", login=(person.email, "wrong password")).status == 401
    assert site.orgauth.status(person.email) == "DENIED"


def test_an_error_document_of_a_refused_request_is_told_nobodys_name(site, people):
    site.expect(REFUSED)
    htaccess(site, "sorry", "AuthType OrgAuth\nRequire orgauth-role Editor\nErrorDocument 403 /cgi/open\n"
                            "ErrorDocument 401 /cgi/open\n")
    for how, status in (({"key": people.viewer.key}, 403), ({"key": keys.unknown()}, 401)):
        answer = site.get("/sorry/x", headers=[("X-Orgauth-Email", "forged")], **how)
        assert answer.status == status and identity(answer) == []
        assert how["key"] not in answer.body.decode()


def test_another_field_is_another_question(site, people):
    """Where the other place knows the header in which a second credential is, there are two."""
    site.expect(REFUSED)
    htaccess(site, "fields", "AuthType OrgAuth\nRequire valid-user\nRewriteEngine on\nRewriteRule ^to$ /cgi/other-header\n")
    assert site.get("/fields/to", key=people.viewer.key).status == 200
    assert site.get("/fields/to", key=people.viewer.key, headers=[("X-Reports-Key", people.editor.key)]).status == 400
    assert site.get("/fields/to", headers=[("X-API-Key", people.viewer.key)]).status == 401


# Caches ------------------------------------------------------------------------------------------------------------


def test_no_cache_hands_out_what_was_for_one_caller(site, people):
    """mod_cache looks before anybody is asked who they are, and keeps off Authorization alone, which is hidden by then."""
    site.expect(r"AH0\d+.*cache")
    modules = "".join(f"LoadModule {name}_module {query('LIBEXECDIR')}/mod_{name}.so\n"
                      for name in ("socache_shmcb", "cache", "cache_socache"))
    site.restart(modules + place("/file/any", "Require valid-user") + "CacheEnable socache /\nCacheHeader on\n"
                 'CacheSocache shmcb\nHeader set Cache-Control "max-age=600" "expr=%{REQUEST_URI} =~ m#^/file#"\n')
    for _ in range(2):
        site.get("/file/open")
    assert "HIT" in site.get("/file/open").header("X-Cache")
    for headers in ([("X-API-Key", people.viewer.key)], [bearer(people.viewer.key)]):
        answer = site.get("/file/any", headers=headers)
        assert answer.status == 200 and "X-API-Key" in answer.header("Vary")
        assert site.get("/file/any").status == 401


# WebSocket ---------------------------------------------------------------------------------------------------------


UPGRADE = [("Connection", "Upgrade, X-Orgauth-Email"), ("X-Orgauth-Role", "forged")]


def test_a_websocket_is_opened_for_who_may_and_told_who_calls(site, people):
    with site.websocket("/proxy/any", UPGRADE, key=people.viewer.key) as link:
        assert link.status == 101
        first = link.receive().decode()
        assert people.viewer.email in first and "forged" not in first and people.viewer.key not in first
        link.send(b"hello")
        assert link.receive() == b"hello"


def test_a_websocket_is_not_opened_for_who_may_not(site):
    with site.websocket("/proxy/any", UPGRADE) as link:
        assert link.status == 401
