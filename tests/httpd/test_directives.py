# SPDX-License-Identifier: Apache-2.0
"""The directives: where they hold, how they are inherited, and what is wrong about a wrong one."""

import re
import subprocess

import pytest

from support.command import BUILD
from support.httpd import MPM, free_port, place, query

REFUSED = r"OA010\d\d: |AH01630|AH01631"

CONFIG = "".join([
    # A site that says the opposite of every default, and places within that say the default again: it must count as said.
    '<Location "/">\n  OrgAuthCredentials basic\n  OrgAuthKeyHeader X-Outer\n  OrgAuthForward off\n'
    '  OrgAuthHideCredentials off\n  OrgAuthRequireTLS off\n</Location>\n',
    place("/cgi/outer", "Require valid-user"),
    place("/cgi/outer/inner", "OrgAuthCredentials bearer header basic", "OrgAuthKeyHeader X-API-Key", "OrgAuthForward on",
          "OrgAuthHideCredentials on", "OrgAuthRequireTLS on", "OrgAuthMessages off"),
    place("/cgi/module", "OrgAuthCredentials bearer", "OrgAuthModule pricing", "Require orgauth-access"),
    place("/cgi/module/own", "OrgAuthModule flow"),
    place("/cgi/org", "OrgAuthCredentials bearer", "OrgAuthOrg other", "Require valid-user"),
    place("/cgi/org/own", "OrgAuthOrg acme"),
    place("/cgi/no-module", "OrgAuthCredentials bearer", "Require orgauth-access"),
    "RemoteIPHeader X-From\n",
])


# Inheritance -------------------------------------------------------------------------------------------------------


def test_what_is_said_outside_holds_inside(site, people):
    site.expect(REFUSED)
    assert site.get("/cgi/outer", key=people.viewer.key).status == 401
    answer = site.get("/cgi/outer", login=(people.viewer.email, people.viewer.password), headers=[("X-From", "192.0.2.1")])
    assert answer.status == 200
    assert "authorization" in answer.seen and "x-orgauth-email" not in answer.seen


def test_a_default_said_inside_overrides(site, people):
    site.expect(REFUSED)
    answer = site.get("/cgi/outer/inner", headers=[("X-API-Key", people.viewer.key)])
    assert answer.status == 200
    assert "x-api-key" not in answer.seen and answer.seen["x-orgauth-email"] == people.viewer.email
    assert site.get("/cgi/outer/inner", headers=[("X-Outer", people.viewer.key)]).status == 401
    far = [("X-From", "192.0.2.1")]
    assert site.get("/cgi/outer/inner", key=people.viewer.key, headers=far).status == 403


def test_the_inner_module_and_organization_count(site, people):
    site.expect(REFUSED)
    site.orgauth.run("org", "create", "Other", "--slug", "other")
    assert site.get("/cgi/module", key=people.viewer.key).status == 403
    assert site.get("/cgi/module/own", key=people.viewer.key).status == 200
    assert site.get("/cgi/org", key=people.viewer.key).status == 403
    assert site.get("/cgi/org/own", key=people.viewer.key).status == 200


def test_an_organization_may_be_named_by_its_id(site, people):
    site.expect(REFUSED)
    acme = site.orgauth.json("org", "show", "acme")["id"]
    site.restart(place("/file/by-id", f"OrgAuthOrg {acme}", "Require valid-user"))
    assert site.get("/file/by-id", key=people.viewer.key).status == 200


def test_access_without_a_module_is_the_sites_mistake(site, people):
    """Never an allow; and not a plain "no" either, which `Require not` would turn round."""
    site.expect("OA02003: ")
    assert site.get("/cgi/no-module", key=people.admin.key).status == 500
    assert site.get("/cgi/no-module").status == 401


@pytest.mark.parametrize("lines, way, status", [
    ("", "key", 200),
    ("OrgAuthCredentials header\n", "key", 401),
    ("OrgAuthCredentials header\nOrgAuthKeyHeader X-Mine\n", "X-Mine", 200),
    ("OrgAuthCredentials bearer\nOrgAuthCredentials header\nOrgAuthKeyHeader X-Mine\n", "key", 200),
    ("OrgAuthOrg acme\n", "key", 200),
    ("OrgAuthModule pricing\nRequire orgauth-access\n<RequireAll>\nRequire orgauth-org other\n</RequireAll>\n", "key", 403),
    ("OrgAuthForward off\nOrgAuthHideCredentials off\nOrgAuthMessages on\nOrgAuthRequireTLS off\n", "key", 200),
])
def test_htaccess_takes_them(site, people, lines, way, status):
    site.expect(REFUSED)
    site.restart(place("/file/nothing", "Require valid-user"))
    path = site.root / "htdocs/own"
    path.mkdir(exist_ok=True)
    (path / "page.txt").write_text("own\n")
    require = "" if "Require" in lines else "Require valid-user\n"
    (path / ".htaccess").write_text("AuthType OrgAuth\n" + lines + require)
    how = {"key": people.viewer.key} if way == "key" else {"headers": [(way, people.viewer.key)]}
    assert site.get("/own/page.txt", **how).status == status


def test_htaccess_may_not_name_the_store(site):
    site.expect("OrgAuthStore not allowed here")
    path = site.root / "htdocs/thief"
    path.mkdir(exist_ok=True)
    (path / ".htaccess").write_text("OrgAuthStore /tmp/x\n")
    assert site.get("/thief/").status == 500


def test_virtual_hosts_may_have_stores_of_their_own(site, people):
    """The default host keeps its store; the other one has one that is not there."""
    site.expect(r"OA01019: ", r"OA03001: ")
    site.restart(place("/file/any", "Require valid-user") +
                 f'<VirtualHost *:{site.port}>\n  ServerName one.example\n</VirtualHost>\n'
                 f'<VirtualHost *:{site.port}>\n  ServerName two.example\n  OrgAuthStore elsewhere/store.db\n</VirtualHost>\n')
    assert site.get("/file/any", key=people.viewer.key, headers=[("X-Nothing", "")]).status == 200
    two = site.raw((f"GET /file/any HTTP/1.1\r\nHost: two.example\r\nAuthorization: Bearer {people.viewer.key}\r\n"
                    "Connection: close\r\n\r\n").encode())
    assert two.status == 503


# TLS ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tls(site):
    """The port of a virtual host with TLS, HTTP/2 where the MPM has it, and RemoteIPHeader X-From."""
    port = free_port()
    certificate = [site.root / "tls.pem", site.root / "tls.key"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-out", certificate[0], "-keyout", certificate[1]], check=True, capture_output=True)
    modules = "".join(f"LoadModule {name}_module {query('LIBEXECDIR')}/mod_{name}.so\n" for name in ("socache_shmcb", "ssl"))
    site.restart(modules + place("/file/any", "Require valid-user") + f"Listen 127.0.0.1:{port}\nRemoteIPHeader X-From\n"
                 f"<VirtualHost *:{port}>\n  SSLEngine on\n  SSLCertificateFile {certificate[0]}\n"
                 f"  SSLCertificateKeyFile {certificate[1]}\n" + ("" if MPM == "prefork" else "  Protocols h2 http/1.1\n") +
                 "</VirtualHost>\n")
    return port


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_over_tls_a_credential_from_afar_is_taken(site, people, tls, version):
    site.expect(REFUSED, r"\[ssl:warn\]")
    far = ["-H", "X-From: 192.0.2.1", "-H", f"X-API-Key: {people.viewer.key}"]
    ask = ["curl", "-sk", version, "-o", "/dev/null", "-w", "%{http_code}"]
    assert subprocess.run([*ask, f"https://127.0.0.1:{tls}/file/any", *far], capture_output=True, text=True).stdout == "200"
    assert subprocess.run([*ask, f"http://127.0.0.1:{site.port}/file/any", *far], capture_output=True, text=True).stdout == "403"


# Wrong ones --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line, says", [
    ("OrgAuthCredentials cookies", "'cookies' is none of: bearer, header, basic, session"),
    ("OrgAuthCredentials bearer,header", "'bearer,header' is none of"),
    ("OrgAuthKeyHeader Authorization", "'Authorization' means something else"),
    ("OrgAuthKeyHeader cookie", "'cookie' means something else"),
    ("OrgAuthKeyHeader X-Orgauth-Email", "'X-Orgauth-Email' means something else"),
    ("OrgAuthKeyHeader x_orgauth.key", "'x_orgauth.key' means something else"),
    ('OrgAuthKeyHeader "X API Key"', "'X API Key' is not the name of a header field"),
    ("OrgAuthKeyHeader X-Key:", "'X-Key:' is not the name of a header field"),
    ("OrgAuthOrg Acme", "'Acme' is neither the slug nor the id"),
    ("OrgAuthOrg org_123", "'org_123' is neither the slug nor the id"),
    ("OrgAuthModule Flow:run", "'Flow:run' is not a module's name"),
    ("OrgAuthModule", "OrgAuthModule takes one argument"),
    ("OrgAuthForward maybe", "OrgAuthForward must be On or Off"),
    ("OrgAuthHideCredentials 1", "OrgAuthHideCredentials must be On or Off"),
    ("OrgAuthMessages yes", "OrgAuthMessages must be On or Off"),
    ("OrgAuthRequireTLS localhost", "OrgAuthRequireTLS must be On or Off"),
    ("OrgAuthStore /x", "OrgAuthStore not allowed"),
    ("Require orgauth-role", "an argument is missing"),
    ('Require orgauth-role ""', "'' is not the name of a role"),
    ("Require orgauth-permission flow", "'flow' is not a permission such as flow:run"),
    ("Require orgauth-permission flow:*", "'flow:*' is not a permission"),
    ("Require orgauth-permission flow:run:x", "'flow:run:x' is not a permission"),
    ("Require orgauth-org Acme", "'Acme' is not the slug of an organization"),
    ("Require orgauth-api Reports", "'Reports' is not the name of a Web API"),
    ("Require orgauth-access view", "orgauth-access takes no argument"),
    ('Require orgauth-role "%{"', "Cannot parse the expression"),
    ("Require orgauth-owner", "Unknown Authz provider: orgauth-owner"),
])
def test_a_wrong_line_is_named_with_its_place_and_the_remedy(site, line, says):
    done = site.check_config(place("/file/x", line, "Require valid-user"))
    assert done.returncode != 0
    assert re.search(r"line 4 of \S+test\.conf", done.stderr), done.stderr
    assert says in done.stderr
    assert len([each for each in done.stderr.splitlines() if "AH00526" not in each and each.strip()]) <= 2, done.stderr


@pytest.mark.parametrize("line, says", [
    ("OrgAuthStore postgresql://db/orgauth", "PostgreSQL is not built in"),
    ('OrgAuthStore ""', "OrgAuthStore takes one argument"),
    ("OrgAuthStore sqlite:", "names no store"),
    ("OrgAuthStore http://db/orgauth", "names no store"),
    ("OrgAuthStore a b", "OrgAuthStore takes one argument"),
])
def test_a_wrong_line_of_the_server_likewise(site, line, says):
    done = site.check_config(line + "\n")
    assert done.returncode != 0 and "line 1" in done.stderr and says in done.stderr, done.stderr


def test_words_are_taken_in_any_case(site):
    assert site.check_config(place("/x", "OrgAuthCredentials Bearer HEADER Session", "Require valid-user")).returncode == 0


# The drop-in files -------------------------------------------------------------------------------------------------


def examples():
    """The examples of conf/orgauth.conf: lines that begin with # and no blank, or are indented by four."""
    text = (BUILD / "conf/orgauth.conf").read_text()
    blocks = re.findall(r"(?m)^(?:#(?:\S|    ).*\n)+", text)
    return ["".join(line[1:] + "\n" for line in block.splitlines()) for block in blocks]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.split("\n")[0])
def test_every_example_of_the_drop_in_file_is_right(site, example):
    example = re.sub(r'CustomLog "[^"]*"', 'CustomLog "logs/orgauth_access.log"', example)
    example = re.sub(r"(?m)^Include .*/", f"Include {BUILD}/conf/", example)  # where it lies before it is installed
    done = site.check_config(example)
    assert done.returncode == 0, done.stderr


def test_the_drop_in_file_loads_as_it_is(site):
    done = site.check_config((BUILD / "conf/orgauth.conf").read_text())
    assert done.returncode == 0, done.stderr


def test_a_web_api_per_path(site, people):
    """The example with a match of the path."""
    site.expect(REFUSED)
    example = next(each for each in examples() if "LocationMatch" in each)
    site.orgauth.run("api", "register", "reports", "--org", "acme")
    site.orgauth.run("api", "attach", "reports", "--org", "acme", "--user", people.robot.email)
    site.restart(example + 'Alias /apis "{}/htdocs"\n'.format(site.root))
    assert site.get("/apis/reports/x", key=people.robot.key).status == 404
    assert site.get("/apis/reports/x", key=people.viewer.key).status == 403
    assert site.get("/apis/payroll/x", key=people.robot.key).status == 403
    assert site.get("/apis/reports/x").status == 401


@pytest.mark.parametrize("path", ["/apis", "/apis/", "/apis/reports", "/apis/REPORTS/x", "/apis/re_ports/x", "/apis/reports;/x",
                                  "/apis/reports%2e/x"])
def test_what_names_no_web_api_is_not_open(site, people, path):
    site.expect("AH01630")
    example = next(each for each in examples() if "LocationMatch" in each)
    site.restart(example + 'Alias /apis "{}/htdocs"\n'.format(site.root))
    assert site.get(path).status == 403
    assert site.get(path, key=people.admin.key).status == 403
