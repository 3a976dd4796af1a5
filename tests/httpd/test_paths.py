# SPDX-License-Identifier: Apache-2.0
"""Whatever way a request takes to a protected place, the decision is that of the plain path."""

import pytest

from support.httpd import place

CONFIG = "".join([
    place("/cgi/secret", "Require orgauth-role Viewer"),
    place("{root}/htdocs/vault", "Require orgauth-role Viewer", section="Directory"),
    'Alias /vault-too "{root}/htdocs/vault"\n',
    # Ways into the protected place from places that are open.
    "RewriteEngine on\n",
    'RewriteRule "^/rewritten$" "/vault/page.html" [PT]\n',
    'RewriteRule "^/opened/(.*)$" "/vault/$1" [PT]\n',
    '<Location "/missing">\n  ErrorDocument 404 /vault/page.html\n</Location>\n',
    'Alias /indexed "{root}/htdocs/indexed"\n',
    '<Directory "{root}/htdocs/indexed">\n  DirectoryIndex /vault/page.html\n</Directory>\n',
    '<Directory "{root}/htdocs/fallback">\n  FallbackResource /vault/page.html\n</Directory>\n',
    "AddOutputFilter INCLUDES .shtml\n",
])
REFUSED = r"OA010\d\d: |AH0163[01]|AH10244|AH00026|AH00128|AH00127|AH01797|unable to include"
SECRET = b"the vault's page"


@pytest.fixture(scope="module")
def vault(running, people):
    """Files for the places of CONFIG."""
    htdocs = running.root / "htdocs"
    for name in ("vault", "indexed", "fallback"):
        (htdocs / name).mkdir()
    (htdocs / "vault/page.html").write_bytes(SECRET)
    (htdocs / "vault/index.html").write_bytes(SECRET)
    (htdocs / "included.shtml").write_text('open <!--#include virtual="/vault/page.html" --> end')
    return people


@pytest.fixture(autouse=True)
def refusals_are_logged(site, vault):
    site.expect(REFUSED)


SPELLINGS = ["/vault/page.html", "//vault/page.html", "/vault//page.html", "/./vault/page.html", "/vault/./page.html",
             "/x/../vault/page.html", "/%76ault/page.html", "/vault/%70age.html", "/vault%2fpage.html", "/vault/page.html%2f",
             "/%2e/vault/page.html", "/x/%2e%2e/vault/page.html", "/vault;x/page.html", "/vault/page.html;x=y", "/%2576ault/page.html",
             "/vault/page.html/", "/vault/page.html/more", "/vault/", "/vault", "/vault/?page", "/VAULT/page.html", "/vault-too/page.html",
             "/vault\\page.html", "/vault/page.html%00", "/vault/page.html%20", "/vault/.%2e/vault/page.html", "/opened/page.html",
             "/opened/../vault/page.html", "/opened//page.html", "http://localhost/vault/page.html"]
CGI_SPELLINGS = ["/cgi/secret", "//cgi//secret", "/cgi/./secret", "/cgi/x/../secret", "/c%67i/secret", "/cgi/%73ecret", "/cgi/secret/more",
                 "/cgi/secret?x", "/cgi/secret/", "/cgi//secret/./x"]


def raw(site, method, path, key=None):
    authorization = f"Authorization: Bearer {key}\r\n" if key else ""
    return site.raw(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}\r\n".encode())


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_a_path_opens_the_vault(site, vault, path):
    for key, refusals in ((None, (301, 400, 401, 403, 404)), (vault.editor.key, (301, 400, 403, 404))):
        answer = raw(site, "GET", path, key)
        assert answer.status in refusals, path
        assert SECRET not in answer.body
    assert raw(site, "GET", path, vault.viewer.key).status in (200, 301, 400, 403, 404)


@pytest.mark.parametrize("path", CGI_SPELLINGS)
def test_no_spelling_of_a_path_reaches_the_program(site, vault, path):
    assert raw(site, "GET", path).status == 401
    assert raw(site, "GET", path, vault.editor.key).status == 403
    assert raw(site, "GET", path, vault.viewer.key).status == 200


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "MKCOL", "COPY", "LOCK", "REPORT", "FROBNICATE", "get"]


@pytest.mark.parametrize("method", METHODS)
def test_no_method_gets_past(site, vault, method):
    for path in ("/cgi/secret", "/vault/page.html"):
        assert raw(site, method, path).status in (401, 501)
        assert raw(site, method, path, vault.editor.key).status in (403, 501)


def test_trace_reaches_nothing_behind(site, vault):
    answer = raw(site, "TRACE", "/vault/page.html")
    assert SECRET not in answer.body


@pytest.mark.parametrize("path", ["/rewritten", "/opened/page.html", "/missing", "/indexed/", "/fallback/anything"])
def test_an_internal_redirect_into_the_vault_is_judged_there(site, vault, path):
    for key in (None, vault.editor.key):
        answer = site.get(path, key=key)
        assert answer.status != 200 and SECRET not in answer.body
    assert SECRET in site.get(path, key=vault.viewer.key).body


def test_a_subrequest_into_the_vault_is_judged_there(site, vault):
    site.expect(r"\[include:error\]")
    for key in (None, vault.editor.key):
        answer = site.get("/included.shtml", key=key)
        assert answer.status == 200 and SECRET not in answer.body
    assert SECRET in site.get("/included.shtml", key=vault.viewer.key).body


def test_a_mistake_is_counted_once_though_many_subrequests_ask(site, vault, newcomer):
    """The decision is made once per request."""
    site.expect(r"\[include:error\]")
    person = newcomer(password="correct horse battery staple")
    (site.root / "htdocs/many.shtml").write_text('<!--#include virtual="/vault/page.html" -->' * 5)
    site.get("/many.shtml", login=(person.email, "a wrong password, but long"))
    assert site.orgauth.failures(person.email) == (1, 0)
