# SPDX-License-Identifier: Apache-2.0
"""API messages (R7): with OrgAuthMessages on, each call that a key made is recorded, once, with how it ended; nothing else is."""

import os
import signal
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from support.httpd import CGID_HURRIED, MPM, place
from support.keys import wrong_checksum
from support.web import basic, bearer

from conftest import PASSWORD
from test_restart import Load

ON = "OrgAuthMessages on"
CONFIG = "".join([
    place("/file", "Require valid-user"),
    place("/file/any", "Require valid-user", ON),
    place("/file/any/quiet", "OrgAuthMessages off"),
    place("/file/editors", "Require orgauth-role Editor", ON),
    place("/file/reports", "Require orgauth-api reports", ON),
    place("/file/globex", "OrgAuthOrg globex", "Require valid-user", ON),
    place("/file/sorry", "Require orgauth-role Editor", "ErrorDocument 403 /file/any/sorry", ON),
    place("/proxy/any", "Require valid-user", ON),
    place("/cgi/any", "Require valid-user", ON),
    place("{root}/htdocs/pages", "Require valid-user", ON, section="Directory"),
    f'<Location "/file/basic">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n  {ON}\n</Location>\n',
    f'<Location "/proxy/open">\n  {ON}\n</Location>\n',
    f'<Location "/orgauth">\n  SetHandler orgauth-admin\n  {ON}\n</Location>\n',
    'RewriteEngine on\nRewriteRule "^/rewritten$" "/pages/index.html" [PT]\n',
    '<Directory "{root}/htdocs/fallback">\n  FallbackResource /pages/index.html\n</Directory>\n',
    '<Directory "{root}/htdocs/redirected">\n  RewriteEngine on\n  RewriteRule ".*" "/pages/index.html"\n</Directory>\n',
    "AddOutputFilter INCLUDES .shtml\n",
])
REFUSED = r"OA010\d\d: |AH0163[01]|AH0161[78]"


@pytest.fixture(scope="module")
def world(running, people):
    """Beside acme's people: a user of globex, the Web API reports, a robot that has it, and pages."""
    orgauth = running.orgauth
    orgauth.run("org", "create", "Globex", "--slug", "globex", "--admin", "admin@globex.example")
    service = orgauth("api", "register", "reports", "--org", "acme")
    orgauth.run("api", "attach", "reports", "--org", "acme", "--user", people.robot.email)
    for name in ("pages", "fallback", "redirected"):
        (running.root / "htdocs" / name).mkdir()
    (running.root / "htdocs/pages/index.html").write_text("page")
    (running.root / "htdocs/pages/whole.shtml").write_text('<!--#include virtual="index.html" -->' * 3)
    return SimpleNamespace(**vars(people), service=service, stranger=orgauth.equip("admin@globex.example", "globex"),
                           token=orgauth.key(people.viewer.email, "acme", "--jwt"))


def messages(site):
    columns = "id, at, method, path, status, duration, address, email, slug, key"
    rows = site.orgauth.select(
        "SELECT m.id, m.at, m.method, m.path, m.status, m.duration, m.address, a.email, o.slug, m.key_id FROM message m"
        " JOIN account a ON a.id = m.account_id JOIN organization o ON o.id = m.org_id ORDER BY m.id")
    return [SimpleNamespace(**dict(zip(columns.split(", "), row))) for row in rows]


def empty(site):
    with closing(sqlite3.connect(site.store, timeout=30)) as store, store:
        store.execute("DELETE FROM message")


@pytest.fixture
def recorded(site, world):
    """recorded(act): what the requests of act() left behind. A process writes what it has when it ends."""
    def record(act):
        site.stop()
        empty(site)
        site.start()
        act()
        site.stop()
        found = messages(site)
        site.start()
        return found
    return record


def brief(found):
    return [(each.method, each.path, each.status) for each in found]


def test_a_call_is_recorded_with_all_that_is_known_of_it(site, world, recorded):
    message, = recorded(lambda: site.request("POST", "/cgi/any/%7Ea%0A?secret=1", key=world.viewer.key, body=b"x"))
    assert (message.method, message.path, message.status) == ("POST", "/cgi/any/~a%0A", 200)
    assert (message.email, message.slug, message.address) == (world.viewer.email, "acme", "127.0.0.1")
    assert 0 < message.duration < 60_000_000 and 0 <= (message.id >> 22) + 1_577_836_800_000 - message.at < 60_000
    assert site.orgauth.items("org", "messages", "acme")[0]["key_id"] == world.viewer.key_id


def test_every_kind_of_key_is_recorded_however_it_comes(site, world, recorded):
    def act():
        for headers in ([bearer(world.viewer.key)], [("X-API-Key", world.viewer.key)], [basic("x", world.viewer.key)],
                        [bearer(world.token)]):
            assert site.get("/file/any", headers=headers).status == 200
        for key in (world.service, world.robot.key):
            assert site.get("/file/reports", key=key).status == 200
        assert site.get("/file/basic", headers=[basic("x", world.viewer.key)]).status == 200
        assert site.get("/orgauth/v1/orgs", key=world.viewer.key).status == 200
    found = recorded(act)
    assert len(found) == 8
    assert len({each.key for each in found}) == 4
    assert {each.email for each in found} > {world.viewer.email, world.robot.email}


def test_a_refused_call_of_a_right_key_is_recorded(site, world, recorded):
    site.expect(REFUSED)
    assert brief(recorded(lambda: site.get("/file/editors", key=world.viewer.key))) == [("GET", "/file/editors", 403)]


def test_what_another_organization_refused_stays_with_the_own_one(site, world, recorded):
    site.expect(REFUSED)
    def act():
        assert site.get("/file/globex", key=world.viewer.key).status == 403
        assert site.get("/file/globex", key=world.stranger.key).status == 200
    assert sorted((each.slug, each.status) for each in recorded(act)) == [("acme", 403), ("globex", 200)]


def test_what_is_no_call_of_a_right_key_is_not_recorded(site, world, recorded, newcomer):
    site.expect(REFUSED)
    person = newcomer()
    site.orgauth.run("key", "revoke", person.key_id)
    login = (world.viewer.email, PASSWORD)

    def act():
        statuses = [
            site.get("/file/any", login=login).status, site.get("/file/any").status, site.get("/file/basic", login=login).status,
            site.get("/file/any", key=person.key).status, site.get("/file/any", key=wrong_checksum(world.viewer.key)).status,
            site.get("/file/any", headers=[bearer(world.viewer.key), ("X-API-Key", world.viewer.key)]).status,
            site.get("/file/any/quiet", key=world.viewer.key).status, site.get("/file/other", key=world.viewer.key).status,
            site.get("/proxy/open", key=world.viewer.key).status]
        assert statuses == [200, 401, 200, 401, 401, 400, 200, 200, 200]
    assert brief(recorded(act)) == []


@pytest.mark.parametrize("path, status", [("/file/sorry", 403), ("/pages/", 200), ("/pages/whole.shtml", 200), ("/rewritten", 200),
                                          ("/fallback/x", 200), ("/redirected/x", 200), ("/pages/nothing", 404)])
def test_one_call_is_one_message_whatever_httpd_makes_of_it(site, world, recorded, path, status):
    """Error documents, index files, subrequests, rewritten paths: the message tells what the client asked for and got."""
    site.expect(REFUSED, "AH00128")
    def act():
        assert site.get(path, key=world.viewer.key).status == status
    assert brief(recorded(act)) == [("GET", path, status)]


@pytest.mark.skipif(MPM == "prefork", reason="mod_http2 does not run on prefork")
def test_over_http_2_too(site, world, recorded):
    assert brief(recorded(lambda: site.h2("GET", "/file/any?x", key=world.viewer.key))) == [("GET", "/file/any", 200)]


def test_a_secret_in_a_path_is_not_recorded(site, world, recorded):
    token = "0123456789abcdefghjkmnpqrstvwxyz" + "0123456789abcdefghjkmnpq"
    paths = [f"/file/any/{token}", f"/file/any/{token[:9]}%{ord(token[9]):x}{token[10:]}", f"/file/any/{world.viewer.key}",
             f"/orgauth/v1/invitations/{token}"]
    def act():
        for path in paths:
            site.get(path, key=world.viewer.key)
    assert sorted(each.path for each in recorded(act)) == [
        f"/file/any/oak_{world.viewer.key_id[4:]}_{{secret}}", "/file/any/{secret}", "/file/any/{secret}",
        "/orgauth/v1/invitations/{token}"]


def test_messages_are_there_soon_without_any_end_of_a_process(site, world):
    empty(site)
    site.get("/file/any", key=world.robot.key)
    site._wait(lambda: site.orgauth.items("user", "messages", world.robot.email), "record a message")


def test_graceful_restarts_and_recycled_children_lose_nothing(site, world):
    site.expect(CGID_HURRIED)
    site.orgauth.run("setting", "set", "messages.keep", "1000000/90d")
    site.restart(site.config + "MaxConnectionsPerChild 50\n")
    empty(site)
    with Load(site, 8, path="/proxy/any", key=world.viewer.key) as load:
        for _ in range(3):
            load.wait(100)
            site.graceful()
    site.stop()
    assert set(load.statuses) == {200} and load.troubles == []
    assert len(messages(site)) == len(load.statuses)
    site.start()


def test_a_killed_child_costs_its_last_batch_at_most_and_harms_nothing(site, world):
    site.expect(r"AH00052: child pid \d+ exit signal Killed", "cgid", "AH01257")
    empty(site)
    with Load(site, 4, path="/file/any", key=world.viewer.key) as load:
        site._wait(lambda: messages(site), "record a message")
        written = len(messages(site))
        for child in site.children():
            if os.path.exists(f"/proc/{child}"):
                os.kill(child, signal.SIGKILL)
        load.wait(50)
    site.stop()
    assert written <= len(messages(site)) <= len(load.statuses) + len(load.troubles)
    assert site.orgauth.json("store", "check")["sound"] is True
    site.start()
    site.get("/file/any", key=world.robot.key)
    site._wait(lambda: site.orgauth.items("user", "messages", world.robot.email), "record messages again")


def test_each_user_keeps_about_as_many_as_the_setting_says(site, world):
    site.orgauth.run("setting", "set", "messages.keep", "20/90d")
    try:
        empty(site)
        site.parallel(600, 8, method="GET", path="/file/any", key=world.viewer.key)
        site.stop()
        assert 20 <= len(messages(site)) < 200
        site.orgauth.run("maintain")
        assert len(messages(site)) == 20
    finally:
        site.orgauth.run("setting", "set", "messages.keep", "1000/90d")
        site.start()
