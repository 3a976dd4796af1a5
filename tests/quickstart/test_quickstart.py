# SPDX-License-Identifier: Apache-2.0
"""./quickstart as a newcomer runs it, in a copy of the tree, and the newcomer's first steps after it."""

import ctypes
import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from support.command import Orgauth
from support.httpd import free_port
from support.web import Client

MEMBERS = {"url", "portal_url", "api_url", "admin_email", "admin_password", "admin_key", "viewer_key", "robot_key", "org_id",
           "org_slug", "store", "secret_file", "orgauth", "pid"}


PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@pytest.fixture
def web(demo):
    return Client(demo.port)


def test_it_writes_what_it_made_for_its_owner_alone(demo):
    facts = demo.facts
    assert set(facts) == MEMBERS
    assert all(facts.values())
    assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600
    assert facts["url"] == f"http://127.0.0.1:{demo.port}"
    assert facts["org_slug"] == "acme" and facts["org_id"].startswith("org_")
    assert Path(f"/proc/{facts['pid']}").exists()
    assert stat.S_IMODE(Path(facts["secret_file"]).stat().st_mode) & 0o007 == 0


def test_it_shows_401_403_and_200_and_prints_url_login_key_and_curl_lines(demo):
    shown, facts = demo.first.stdout, demo.facts
    for text in ("  401  GET", "  403  POST", "  200  GET", facts["url"], facts["admin_email"], facts["admin_password"],
                 facts["admin_key"], "curl -H"):
        assert text in shown


def test_the_places_answer_as_promised(demo, web):
    facts = demo.facts
    admin, viewer, robot = facts["admin_key"], facts["viewer_key"], facts["robot_key"]
    for path, method, key, status in [
            ("/open/", "GET", None, 200), ("/open/deeper", "POST", None, 200), ("/api/", "GET", None, 401),
            ("/api/", "GET", admin, 200), ("/api/x", "DELETE", admin, 200), ("/api/", "GET", viewer, 200), ("/api/", "PUT", viewer, 403),
            ("/api/robot", "GET", None, 401), ("/api/robot", "GET", robot, 200), ("/api/robot", "POST", admin, 200),
            ("/api/robot", "GET", viewer, 403), ("/api/", "GET", robot, 403), ("/", "GET", None, 200)]:
        assert web.request(method, path, key=key).status == status, (method, path)


def test_the_portal_is_where_it_says_and_is_shown_how_to_get_there(demo, web):
    facts, shown = demo.facts, demo.first.stdout
    assert facts["portal_url"] == facts["url"] + "/portal/"
    assert facts["portal_url"] in shown and "  200  GET  /portal/" in shown
    page = web.get("/portal/")
    assert page.status == 200 and page.header("Content-Type").startswith("text/html")
    assert "default-src 'none'" in page.header("Content-Security-Policy") and page.header("Cache-Control") == "no-cache"
    assert b'href="/portal/"' in web.get("/").body
    assert web.get("/portal/sources.am").status == 404


def test_a_mail_of_the_demo_becomes_a_file_for_its_owner_alone(demo):
    facts = demo.facts
    orgauth = Orgauth(facts["store"], facts["secret_file"], facts["orgauth"])
    sent = orgauth.json("invitation", "send", "ann@else.example", "--org", "acme", "--role", "Viewer")["items"][0]
    assert sent["mail"] == "queued"
    while orgauth.items("mail", "list", "--status", "WAITING"):
        orgauth.run("mail", "send")  # unless the server is about it already
    mails = demo.top / ".quickstart/mail"
    letters = [letter for letter in mails.iterdir() if b"ann@else.example" in letter.read_bytes()]
    assert len(letters) == 1 and stat.S_IMODE(letters[0].stat().st_mode) == 0o600
    assert f"{facts['portal_url']}#/invitations/".encode() in letters[0].read_bytes().replace(b"=\n", b"").replace(b"=23", b"#")


def test_the_echo_shows_method_environment_and_headers(demo, web):
    answer = web.request("POST", "/api/", key=demo.facts["admin_key"], headers=[("X-Colour", 'r"ed')]).json
    assert answer["method"] == "POST"
    assert answer["env"]["REMOTE_USER"] == demo.facts["admin_email"]
    assert answer["env"]["ORGAUTH_ROLE"] == "Administrator"
    assert answer["headers"]["X-Colour"] == 'r"ed'
    assert answer["headers"]["X-Orgauth-Org"] == "acme"
    assert "Authorization" not in answer["headers"]


def test_a_newcomers_first_steps(demo, web):
    """A key for a colleague, ten mistakes, DENIED in the list, validated, in again."""
    facts = demo.facts
    orgauth = Orgauth(facts["store"], facts["secret_file"], facts["orgauth"])
    colleague = orgauth.person("colleague@acme.example", "Editor", password="a password of the colleague")
    login = (colleague.email, colleague.password)
    assert web.get("/api/", key=colleague.key).status == 200
    for _ in range(10):
        assert web.get("/api/", login=(colleague.email, "a mistake, ten times over")).status == 401
    assert orgauth.status(colleague.email) == "DENIED"
    assert web.get("/api/", login=login).status == 401
    orgauth.run("user", "validate", colleague.email)
    assert web.get("/api/", login=login).status == 200


def test_again_it_changes_nothing(demo):
    before = demo.facts
    demo.run()
    assert demo.facts == before


def test_another_port_keeps_store_and_keys(demo, web):
    before, port = demo.facts, free_port()
    demo.run("--port", str(port))
    after = demo.facts
    changing = {"url", "portal_url", "api_url", "pid"}
    assert {name: value for name, value in after.items() if name not in changing} == \
        {name: value for name, value in before.items() if name not in changing}
    assert Client(port).get("/api/", key=after["admin_key"]).status == 200
    demo.port = port


def test_stop_ends_it_and_a_second_stop_is_no_error(demo):
    demo.run("stop")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", demo.port)) != 0
    demo.run("stop")
    demo.run()
    assert Client(demo.port).get("/api/", key=demo.facts["admin_key"]).status == 200


@pytest.mark.parametrize("args", [["--port"], ["--port", "x"], ["--port", "123456"], ["--port", "65536"], ["--port", "0"], ["start"], ["stop", "now"], ["env", "x"]])
def test_wrong_arguments_are_refused(demo, args):
    done = subprocess.run([str(demo.top / "quickstart"), *args], capture_output=True, text=True)
    assert done.returncode != 0 and done.stderr


def test_help_is_no_error(demo):
    assert "./quickstart stop" in demo.run("--help").stdout


def test_env_is_for_eval(demo):
    script = f'eval "$({demo.top}/quickstart env)" && orgauth --json org show acme && printf "%s\n" "$URL" "$ADMIN_KEY"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert demo.facts["org_id"] in done.stdout
    assert done.stdout.splitlines()[-2:] == [demo.facts["url"], demo.facts["admin_key"]]


def test_configuration_of_ones_own_is_taken_and_a_wrong_one_named(demo):
    mine = demo.top / ".quickstart/conf.d/mine.conf"
    mine.write_text('<Location /mine>\n  Require all denied\n</Location>\n')
    demo.run()
    assert Client(demo.port).get("/mine").status == 403
    mine.write_text("NoSuchDirective\n")
    assert "NoSuchDirective" in demo.run(code=1).stderr
    mine.unlink()
    demo.run()
    assert Client(demo.port).get("/mine").status == 404


def test_it_stops_where_nobody_waits_for_httpd(demo):
    """As in a container whose first process is no init: an httpd that has ended stays in the table of processes."""
    demo.run("stop")
    prctl = ctypes.CDLL(None).prctl
    assert prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    try:
        demo.run()
        pid = demo.facts["pid"]
        assert f"process {pid}" in demo.run("stop").stdout
        assert os.waitpid(pid, 0)[0] == pid
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        demo.run()
