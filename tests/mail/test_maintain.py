# SPDX-License-Identifier: Apache-2.0
"""What a store needs done by itself, as `orgauth maintain` does it."""

import subprocess
import time

import pytest

from conftest import notify, sql

ANN, DAY = "ann@acme.example", 86_400_000


def now():
    return int(time.time() * 1000)


def never_seen_since(orgauth, email, days):
    sql(orgauth, "UPDATE account SET last_login_at = ?1, status_since = ?1 WHERE email = ?2", now() - days * DAY, email)


# U9
def test_who_has_not_logged_in_for_three_months_becomes_inactive_with_an_event(mailing):
    never_seen_since(mailing, ANN, 91)
    never_seen_since(mailing, "admin@acme.example", 89)
    assert mailing.json("maintain")["inactive"] == 1
    assert (mailing.status(ANN), mailing.status("admin@acme.example")) == ("INACTIVE", "VALIDATED")
    assert [event["action"] for event in mailing.items("audit", "list", "--limit", "1")] == ["user.inactive"]
    assert mailing.json("maintain")["inactive"] == 0
    mailing.run("audit", "verify")
    mailing.run("store", "check")


def test_hundreds_become_inactive_in_one_round(mailing):
    sql(mailing, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450) INSERT INTO account"
        " (id, email, home_org_id, status_since, created_at) SELECT 1000 + i, 'u' || i || '@acme.example', o.id, 1, 1"
        " FROM n, organization o")
    assert mailing.json("maintain")["inactive"] == 450
    mailing.run("audit", "verify")


def test_never_is_never(mailing):
    mailing.run("setting", "set", "login.inactive_after", "0")
    never_seen_since(mailing, ANN, 5000)
    assert mailing.json("maintain")["inactive"] == 0 and mailing.status(ANN) == "VALIDATED"


def test_banned_users_stay_banned(mailing):
    mailing.run("user", "ban", ANN, "--yes")
    never_seen_since(mailing, ANN, 500)
    assert mailing.json("maintain")["inactive"] == 0 and mailing.status(ANN) == "BANNED"


def test_pending_invitations_past_their_end_expire(mailing):
    sql(mailing, "INSERT INTO invitation (id, org_id, email, digest, created_at, expires_at, status)"
        " SELECT n.i, o.id, n.i || '@x.example', CAST(n.i AS BLOB), 1, n.until, n.status FROM organization o,"
        " (SELECT 1 i, 5 until, 1 status UNION SELECT 2, 9e14, 1 UNION SELECT 3, 5, 2 UNION SELECT 4, 5, 4) n")
    assert mailing.json("maintain")["invitations"] == 1
    assert sql(mailing, "SELECT id, status FROM invitation ORDER BY id") == [(1, 3), (2, 1), (3, 2), (4, 4)]


def test_links_and_sessions_long_dead_are_deleted(mailing):
    for age in (-1, 0.5, 3):
        end = now() - int(age * DAY)
        sql(mailing, "INSERT INTO link (digest, purpose, account_id, created_at, expires_at) SELECT CAST(? AS BLOB), 1, id, 1, ?"
            " FROM account WHERE email = ?", age, end, ANN)
        sql(mailing, "INSERT INTO session (digest, id, account_id, created_at, last_seen_at, expires_at) SELECT CAST(?1 AS BLOB),"
            " abs(random()), id, ?2, ?2, ?2 FROM account WHERE email = ?3", age, end, ANN)
    report = mailing.json("maintain")
    assert (report["links"], report["sessions"]) == (1, 1)


def test_messages_are_kept_by_number_and_age(mailing):
    mailing.run("setting", "set", "messages.keep", "3/90d")
    [(account,), *_] = sql(mailing, "SELECT id FROM account WHERE email = ?", ANN)
    for days in (0, 1, 2, 3, 4, 100):
        at = now() - days * DAY
        sql(mailing, "INSERT INTO message (id, account_id, org_id, key_id, at, method, path, status, duration)"
            " VALUES (?, ?, 1, 1, ?, 'GET', '/', 200, 1)", (at - 1577836800000) << 22, account, at)
    assert mailing.json("maintain")["messages"] == 3
    assert [(now() - at) // DAY for (at,) in sql(mailing, "SELECT at FROM message ORDER BY at DESC")] == [0, 1, 2]


# Keys that end ------------------------------------------------------------------------------------------------

def key(orgauth, user, days_left, lifetime=90):
    """A key that was issued for `lifetime` days and has so many left."""
    issued = orgauth.key(user, "acme", "--expires", "90d", "--name", "nightly")
    name = "key_" + issued.split("_")[1]
    end = now() + days_left * DAY
    sql(orgauth, "UPDATE api_key SET created_at = ?1 - ?2, expires_at = ?1 WHERE revoked_at = 0 AND expiry_told = 0"
        " AND id = (SELECT max(id) FROM api_key)", end, lifetime * DAY)
    return name


def test_a_key_about_to_expire_is_told_of_once(mailing, relay):
    name = key(mailing, ANN, 6)
    key(mailing, ANN, 8)
    assert mailing.json("maintain")["notices"] == 1
    mailing.run("maintain")
    [letter] = relay.letters
    assert letter.recipients == [ANN] and name in letter.text and "nightly" in letter.text


def test_of_a_robots_key_the_administrators_are_told(mailing, relay):
    mailing.run("user", "create", "robot@acme.example", "--org", "acme", "--role", "Viewer", "--system")
    key(mailing, "robot@acme.example", 6)
    mailing.run("maintain")
    assert [letter.recipients for letter in relay.letters] == [["admin@acme.example"]]


def test_of_a_key_made_for_a_short_time_nobody_is_told(mailing, relay):
    key(mailing, ANN, 2, lifetime=5)
    assert mailing.json("maintain")["notices"] == 0 and relay.letters == []


def test_of_a_revoked_key_nobody_is_told(mailing, relay):
    mailing.run("key", "revoke", key(mailing, ANN, 6), "--yes")
    assert mailing.json("maintain")["notices"] == 0 and relay.letters == []


# One at a time ------------------------------------------------------------------------------------------------

def test_while_one_is_at_it_another_leaves_it_alone(mailing, relay):
    relay.hanging.set()
    notify(mailing, ANN)
    command = [mailing.program, "--store", mailing.store, "--secret-file", mailing.secret, "maintain"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    relay.wait(lambda: relay.asked == 1, "sender")
    second = mailing.json("maintain")
    assert second["busy"] and second["sent"] == 0
    mailing.run("user", "ban", ANN, "--yes")  # nobody waits for a mail server
    relay.hanging.clear()
    assert first.wait() == 1
    sql(mailing, "UPDATE mail SET next_at = 0")
    assert not mailing.json("maintain")["busy"] and len(relay.letters) == 2


def test_there_is_no_dry_run_of_it(mailing):
    mailing.run("--dry-run", "maintain", code=2)
    mailing.run("--dry-run", "mail", "send", code=2)


@pytest.mark.parametrize("clock", [now, lambda: 1], ids=["of the present", "of a clock far ahead"])
def test_a_lease_of_who_died_ends_by_itself(mailing, clock):
    sql(mailing, "INSERT INTO lease (name, holder, until) VALUES ('upkeep', 7, ?)", clock() + 500_000)
    busy = mailing.json("maintain")["busy"]
    assert busy == (clock is now)
    sql(mailing, "UPDATE lease SET until = ? WHERE name = 'upkeep'", now() + 10 * DAY)
    assert not mailing.json("maintain")["busy"], "no lease lasts for days: its clock was wrong"
