# SPDX-License-Identifier: Apache-2.0
"""A clock that jumps under a running httpd: nobody is let in for it who should not be, nobody kept out for longer than it is wrong, and nothing is lost."""

import glob
import os

import pytest

from support import keys
from support.httpd import place

from conftest import PASSWORD

CONFIG = (place("/file/any", "Require valid-user") + place("/file/session", "OrgAuthCredentials session", "Require valid-user")
          + '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n')
LIBRARY = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
JSON = ("Content-Type", "application/json")
pytestmark = pytest.mark.skipif(LIBRARY is None or "asan" in os.environ.get("ORGAUTH_PRELOAD", ""), reason="wants libfaketime, and no sanitizer")


@pytest.fixture
def clock(site, monkeypatch):
    """clock("+31d") for httpd and the command; read anew at every look at the time. The clock that measures how long something takes runs on."""
    site.expect(r"OA010\d\d: ", "AH01", "cgid")
    file = site.root / "clock"
    fake = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    site.orgauth.run("setting", "set", "login.inactive_after", "0")

    def jump(to):
        """As one step: whoever looks meanwhile would find an empty file."""
        next_one = file.with_suffix(".next")
        next_one.write_text(to + "\n")
        next_one.chmod(0o644)
        next_one.rename(file)

    jump("+0")
    with monkeypatch.context() as patch:
        for name, value in fake.items():
            patch.setenv(name, value)
        site.restart()
        yield jump
        jump("+0")
        site.stop()
    site.start()
    site.orgauth.run("setting", "set", "login.inactive_after", "")


@pytest.fixture
def person(newcomer):
    return newcomer(password=PASSWORD)


def status(site, key):
    return site.get("/file/any", key=key).status


def log_in(site, person):
    answer = site.request("POST", "/orgauth/v1/sessions", headers=[JSON],
                          body=f'{{"email": "{person.email}", "password": "{person.password}"}}'.encode())
    assert answer.status == 201
    return answer.header("Set-Cookie").split(";")[0]


def seat(site, cookie):
    return site.get("/file/session", headers=[("Cookie", cookie)]).status


def sound(site):
    site.orgauth.run("store", "check")
    site.orgauth.run("audit", "verify")


def test_what_ends_in_time_ends_by_the_clock_and_what_was_ended_stays_so(site, clock, person):
    short, second = site.orgauth.key(person.email, "acme", "--expires", "30d"), site.orgauth.key(person.email)
    cookie = log_in(site, person)
    assert status(site, short) == status(site, person.key) == seat(site, cookie) == 200
    clock("+31d")
    assert (status(site, short), status(site, person.key), seat(site, cookie)) == (401, 200, 401)
    site.orgauth.run("--yes", "key", "revoke", "key_" + second.split("_")[1])
    ahead = log_in(site, person)
    assert status(site, second) == 401 and seat(site, ahead) == 200
    clock("+0")
    assert status(site, second) == 401, "revoked is revoked, also before it was"
    assert status(site, person.key) == 200
    assert seat(site, ahead) == 401, "a session of then does not last until then"
    clock("-300d")
    assert status(site, second) == 401 and status(site, person.key) == 200
    site.orgauth.run("user", "ban", person.email)
    assert status(site, person.key) == 401
    site.orgauth.run("user", "validate", person.email)
    assert status(site, person.key) == 200
    sound(site)


def test_attempts_are_counted_whatever_the_clock_does(site, clock, person):
    """Nor do places of then keep anybody from trying now."""
    for number, to in enumerate(("+0", "+300d", "-300d", "+1h", "-1h", "+0", "+10d", "-10d", "+0")):
        clock(to)
        assert site.get("/file/any", login=(person.email, f"a wrong password, number {number}")).status == 401
    assert site.orgauth.failures(person.email) == (9, 0)
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    assert site.orgauth.failures(person.email) == (0, 0)
    for to in ("+1h", "-1h") * 5:
        clock(to)
        assert site.get("/file/any", key=keys.wrong_secret(person.key)).status == 401
    clock("+0")
    assert status(site, person.key) == 401 and site.orgauth.status(person.email) == "DENIED"
    sound(site)


def test_an_address_is_not_kept_off_for_longer_than_the_clock_is_wrong(site, clock, person):
    site.orgauth.run("setting", "set", "login.throttle", "10/60s")
    try:
        clock("+300d")
        answers = [site.get("/file/any", key=keys.unknown()).status for _ in range(12)]
        assert answers.count(401) == 10 and answers[-1] == 429
        clock("+0")
        assert site.get("/file/any", key=keys.unknown()).status == 401
        assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "0")
