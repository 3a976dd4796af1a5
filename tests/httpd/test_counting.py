# SPDX-License-Identifier: Apache-2.0
"""Ten mistakes make a user DENIED, exactly, and nothing else does (invariants I2 and I3)."""

import base64
import hashlib
import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from support import keys
from support.httpd import MPM, place

from conftest import PASSWORD

CONFIG = "".join([
    place("/file/any", "Require valid-user"),
    place("/file/editor", "Require orgauth-role Editor"),
    '<Location "/file/provider">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n</Location>\n',
])
REFUSED = r"OA010\d\d: "
WRONG = "a wrong password, but a long one"


@pytest.fixture(autouse=True)
def refusals_are_logged(site):
    site.expect(REFUSED, "AH01617", "AH01618", "AH01630", "AH01631")


def failures(site, person):
    return site.orgauth.failures(person.email)


def denials(site, person):
    """How many audit events say that `person` became DENIED."""
    return site.orgauth.select("SELECT count(*) FROM audit_event e JOIN account a ON a.id = e.target_id "
                               "WHERE a.email = $1 AND e.actor_kind = 'system'", person.email)[0][0]


def mistake(site, person, path="/file/any"):
    return site.get(path, login=(person.email, WRONG)).status


def test_places_of_a_process_that_died_come_free_by_themselves(site, newcomer):
    person = newcomer(password=PASSWORD)
    with closing(sqlite3.connect(site.orgauth.store, timeout=30)) as store, store:
        store.executemany("INSERT INTO attempt (id, account_id, started_at) SELECT ?, id, ? FROM account WHERE email = ?",
                          [(one, time.time_ns() // 1_000_000, person.email) for one in range(1, 11)])
    assert mistake(site, person) == 401
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    assert failures(site, person) == (0, 0)


def test_the_tenth_wrong_password_makes_the_user_denied_until_validated(site, newcomer):
    person = newcomer(password=PASSWORD)
    login = (person.email, PASSWORD)
    for count in range(1, 10):
        assert mistake(site, person) == 401
        assert failures(site, person) == (count, 0)
    assert site.orgauth.status(person.email) in ("VALIDATED", "ACTIVE")
    assert mistake(site, person) == 401
    assert site.orgauth.status(person.email) == "DENIED"
    assert site.get("/file/any", login=login).status == 401
    assert site.get("/file/any", key=person.key).status == 401
    assert denials(site, person) == 1
    site.orgauth.run("user", "validate", person.email)
    assert site.get("/file/any", login=login).status == 200
    assert site.get("/file/any", key=person.key).status == 200
    assert failures(site, person) == (0, 0)
    assert site.orgauth.run("audit", "verify").returncode == 0


def test_a_right_password_clears_the_count(site, newcomer):
    person = newcomer(password=PASSWORD)
    for _ in range(2):
        assert [mistake(site, person) for _ in range(9)] == [401] * 9
        assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
        assert failures(site, person) == (0, 0)


def test_the_tenth_wrong_key_makes_the_user_denied(site, newcomer):
    person = newcomer()
    wrong = keys.wrong_secret(person.key)
    for count in range(1, 10):
        assert site.get("/file/any", key=wrong).status == 401
        assert failures(site, person) == (0, count)
    assert site.get("/file/any", key=wrong).status == 401
    assert site.orgauth.status(person.email) == "DENIED"
    denied = site.get("/file/any", key=person.key)
    assert denied.status == 401 and "DENIED" in denied.header("WWW-Authenticate")


def test_wrong_keys_and_wrong_passwords_are_counted_together(site, newcomer):
    person = newcomer(password=PASSWORD)
    for _ in range(5):
        mistake(site, person)
        site.get("/file/any", key=keys.wrong_secret(person.key))
    assert site.orgauth.status(person.email) == "DENIED"


def test_a_right_key_does_not_cover_guesses_at_the_password(site, newcomer):
    person = newcomer(password=PASSWORD)
    for _ in range(10):
        mistake(site, person)
        site.get("/file/any", key=person.key)
    assert site.orgauth.status(person.email) == "DENIED"


def test_mistakes_through_the_basic_provider_are_counted_too(site, newcomer):
    person = newcomer(password=PASSWORD)
    for _ in range(10):
        assert mistake(site, person, "/file/provider") == 401
    assert site.orgauth.status(person.email) == "DENIED"
    assert site.get("/file/provider", login=(person.email, PASSWORD)).status == 401


def test_what_is_no_mistake_of_a_user_counts_against_none(site, newcomer):
    person = newcomer(password=PASSWORD)
    for _ in range(12):
        assert site.get("/file/any", key=keys.wrong_checksum(person.key)).status == 401
        assert site.get("/file/any", login=("nobody@acme.example", WRONG)).status == 401
        assert site.get("/file/editor", key=person.key).status == 403
        assert site.get("/file/editor", login=(person.email, PASSWORD)).status == 403
        assert site.get("/file/any", headers=[("X-API-Key", person.key), ("Authorization", "Basic eDp5")]).status == 400
    assert failures(site, person) == (0, 0)


def test_the_right_but_revoked_key_does_not_count(site, newcomer):
    person = newcomer()
    site.orgauth.run("--yes", "key", "revoke", person.key_id)
    assert {site.get("/file/any", key=person.key).status for _ in range(12)} == {401}
    assert failures(site, person) == (0, 0)
    assert site.orgauth.status(person.email) != "DENIED"


def test_the_limit_is_a_setting_and_holds_at_the_next_request(site, newcomer):
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.deny_after", "3")
    try:
        for _ in range(3):
            mistake(site, person)
        assert site.orgauth.status(person.email) == "DENIED"
    finally:
        site.orgauth.run("setting", "set", "login.deny_after", "10")


def test_zero_means_never(site, newcomer):
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.deny_after", "0")
    try:
        for _ in range(12):
            mistake(site, person)
        assert site.orgauth.status(person.email) != "DENIED"
        assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    finally:
        site.orgauth.run("setting", "set", "login.deny_after", "10")


def test_200_wrong_passwords_at_once_are_counted_as_exactly_ten(site, newcomer):
    person = newcomer(password=PASSWORD)
    answers = site.parallel(200, 100, method="GET", path="/file/any", login=(person.email, WRONG))
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {401, 503}, "503: too many logins at once, judged by nobody"
    assert statuses.count(401) >= 10
    assert sum(failures(site, person)) == 10
    assert site.orgauth.status(person.email) == "DENIED"
    assert denials(site, person) == 1
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 401


def test_200_wrong_keys_at_once_are_counted_as_exactly_ten(site, newcomer):
    person = newcomer()
    answers = site.parallel(200, 100, method="GET", path="/file/any", key=keys.wrong_secret(person.key))
    assert {answer.status for answer in answers} == {401}
    assert sum(failures(site, person)) == 10
    assert denials(site, person) == 1
    assert site.get("/file/any", key=person.key).status == 401


def test_1000_right_logins_at_once_are_let_in_and_none_is_counted(site, newcomer):
    person = newcomer(password=PASSWORD)
    answers = site.parallel(1000, 50, method="GET", path="/file/any", login=(person.email, PASSWORD))
    assert [answer.status for answer in answers if answer.status != 200] == []
    assert failures(site, person) == (0, 0)


def test_right_logins_among_wrong_ones_never_count(site, newcomer):
    """Whatever their order, the wrong ones alone are counted; and once DENIED nobody gets in."""
    person = newcomer(password=PASSWORD)
    requests = [{"method": "GET", "path": "/file/any", "login": (person.email, WRONG if n % 5 == 0 else PASSWORD)}
                for n in range(40)]
    answers = site.parallel_each(requests, 20)
    assert {answer.status for answer in answers} == {200, 401}
    assert sum(failures(site, person)) <= 8
    assert site.orgauth.status(person.email) != "DENIED"


def test_the_throttle_answers_429_and_leaves_ten_mistakes_of_one_user_counted(site, newcomer):
    site.restart()
    site.orgauth.run("setting", "set", "login.throttle", "5/60s")
    try:
        person = newcomer(password=PASSWORD)
        assert [mistake(site, person) for _ in range(10)] == [401] * 10
        assert site.orgauth.status(person.email) == "DENIED"
        throttled = site.get("/file/any", login=("nobody@acme.example", WRONG))
        assert throttled.status == 429
        assert int(throttled.header("Retry-After")) > 0
        other = newcomer(password=PASSWORD)
        assert site.get("/file/any", key=other.key).status == 200
        assert site.get("/file/any", login=(other.email, WRONG)).status == 429
        assert failures(site, other) == (0, 0)
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.restart()


def test_a_throttled_address_finds_no_password_by_guesses_that_are_not_counted(site, newcomer):
    """Its guesses are not counted; so the right one, that its user logs in with all the time, must not show."""
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.throttle", "10/60s")
    try:
        for _ in range(40): # in every process
            assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
        for _ in range(10):
            site.get("/file/any", login=("nobody@acme.example", WRONG))
        guesses = [f"{WRONG} {i}" for i in range(20)] + [PASSWORD]
        assert {site.get("/file/any", login=(person.email, guess)).status for guess in guesses} == {429}
        assert failures(site, person) == (0, 0)
        assert site.get("/file/any", key=person.key).status == 200
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.restart()


def test_whom_another_provider_knows_is_not_throttled(site, newcomer):
    """orgauth does not know fred, which is no failed attempt of his; nor does it take back those of others from his address, however often his
    page includes another place."""
    users = site.root / "users"
    users.write_text("fred:{SHA}" + base64.b64encode(hashlib.sha1(b"of fred").digest()).decode() + "\n")
    page = site.root / "htdocs/mixed"
    page.mkdir()
    (page / "parts.shtml").write_text('<!--#include virtual="/mixed/part" -->' * 3)
    (page / "part").write_text("part")
    provider = f'AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth file\n  AuthUserFile {users}\n  Require valid-user\n'
    site.restart(f'<Location "/mixed">\n  {provider}</Location>\n<Location "/mixed/parts.shtml">\n  Options +Includes\n'
                 '  SetOutputFilter INCLUDES\n</Location>\n')
    site.orgauth.run("setting", "set", "login.throttle", "12/60s")
    try:
        assert {site.get("/mixed/parts.shtml", login=("fred", "of fred")).body for _ in range(15)} == {b"partpartpart"}
        wrong = [(site.get("/mixed/part", login=("fred", WRONG)).status, site.get("/mixed/parts.shtml", login=("fred", "of fred")).status)
                 for _ in range(13)]
        assert wrong == [(401, 200)] * 11 + [(401, 429), (429, 429)]
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        shutil.rmtree(page)


@pytest.mark.skipif(MPM == "prefork", reason="a process of prefork has one thread, and nobody to wait for")
def test_the_throttle_ends_the_wait_of_identical_mistakes(site, newcomer):
    """Each of them would be hashed after the one before it, and hold a worker until then."""
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.throttle", "10/60s")
    site.orgauth.run("setting", "set", "login.deny_after", "0")
    try:
        answers = site.parallel(60, 60, method="GET", path="/file/any", login=(person.email, WRONG))
        statuses = [answer.status for answer in answers]
        assert set(statuses) == {401, 429}
        assert 10 <= statuses.count(401) == failures(site, person)[0] <= 30
    finally:
        site.orgauth.run("setting", "set", "login.throttle", "0")
        site.orgauth.run("setting", "set", "login.deny_after", "10")
