# SPDX-License-Identifier: Apache-2.0
"""A store that cannot answer is 503, never an allow and never 401; when the fault ends, service is right again within 5 s with
no hand laid on it (invariants I1 and I9)."""

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest

from support import keys, recovery
from support.command import Orgauth
from support.httpd import place
from support.recovery import NOTICE, wait_until

from conftest import PASSWORD

CONFIG = "".join([place("/file/any", "Require valid-user"), place("/file/editor", "Require orgauth-role Editor"),
                  "<Location /file/open>\n  Require all granted\n</Location>\n"])
WRONG = "a wrong password, but a long one"


@pytest.fixture(autouse=True)
def faults_are_logged(site):
    site.expect(r"OA010\d\d: ", r"OA0[34]0\d\d: ", "AH01630", "AH01631")


def store_files(store):
    """The store's file and those beside it that exist."""
    return [path for path in (store, store.with_name(store.name + "-wal"), store.with_name(store.name + "-shm")) if path.exists()]


def assert_unusable(answer):
    assert answer.status == 503
    assert int(answer.header("Retry-After")) > 0
    assert answer.header("Content-Type") == "application/problem+json"


def becomes_unusable(site, person):
    """Each child looks at the file every millisecond; once all have, every answer is 503 and stays so."""
    def statuses():
        return {answer.status for answer in site.parallel(40, 20, method="GET", path="/file/any", key=person.key)}

    wait_until(lambda: statuses() == {503}, "the fault was not noticed", NOTICE)
    assert statuses() == {503}


def assert_right_again(site, person):
    recovery.assert_right_again(site, person)
    assert {answer.status for answer in site.parallel(60, 20, method="GET", path="/file/any", key=person.key)} == {200}


@pytest.fixture
def person(newcomer):
    return newcomer(password=PASSWORD)


def test_a_store_that_vanishes_and_comes_back(site, person):
    assert site.get("/file/any", key=person.key).status == 200
    away = site.root / "away"
    away.mkdir()
    moved = store_files(site.store)
    for path in moved:
        path.rename(away / path.name)
    try:
        assert_nothing_answers(site, person)
        assert not site.store.exists(), "a missing store must not be made anew"
    finally:
        for path in moved:
            (away / path.name).rename(path)
        away.rmdir()
    assert_right_again(site, person)


def assert_nothing_answers(site, person):
    becomes_unusable(site, person)
    assert_no_credential_is_taken(site, person)
    assert site.get("/file/open").status == 200
    assert site.get("/file/any").status == 401


def assert_no_credential_is_taken(site, person):
    for attempt in ({"key": person.key}, {"key": keys.unknown()}, {"key": keys.wrong_secret(person.key)},
                    {"login": (person.email, PASSWORD)}, {"login": (person.email, WRONG)}):
        assert_unusable(site.get("/file/any", **attempt))


def test_a_missing_directory_of_the_store(site, person):
    aside = site.store.parent.with_name("aside")
    site.store.parent.rename(aside)
    try:
        assert_nothing_answers(site, person)
    finally:
        aside.rename(site.store.parent)
    assert_right_again(site, person)


def test_a_store_that_is_missing_when_httpd_starts(site, person):
    site.stop()
    aside = site.store.parent.with_name("aside")
    site.store.parent.rename(aside)
    site.start()
    try:
        assert_nothing_answers(site, person)
    finally:
        aside.rename(site.store.parent)
    assert_right_again(site, person)


def test_an_older_copy_does_not_revive_a_revoked_key(site, person):
    older = site.root / "older.db"
    site.orgauth.run("store", "backup", older)
    shutil.chown(older, *([os.stat(site.store).st_uid, os.stat(site.store).st_gid]))
    second = site.orgauth.key(person.email)
    site.orgauth.run("--yes", "key", "revoke", person.key_id)
    assert site.get("/file/any", key=person.key).status == 401
    newest = [(path, path.with_name("newest" + path.name)) for path in store_files(site.store)]
    for path, aside in newest:
        path.rename(aside)
    older.rename(site.store)
    try:
        wait_until(lambda: site.get("/file/any", key=second).status != 200, "the older copy was not noticed", NOTICE)
        assert_nothing_answers(site, person)
    finally:
        for path in store_files(site.store):
            path.unlink()
        for path, aside in newest:
            aside.rename(path)
    wait_until(lambda: site.get("/file/any", key=second).status == 200, "the store put back is not served")
    assert site.get("/file/any", key=person.key).status == 401


def test_another_sites_store_in_its_place_is_refused(site, person):
    other = Orgauth(site.root / "other/orgauth.db", site.root / "other-secret").init()
    aside = site.store.parent.with_name("aside")
    site.store.parent.rename(aside)
    other.store.parent.rename(site.store.parent)
    try:
        assert_nothing_answers(site, person)
        site.restart()  # children that had no store before
        assert_no_credential_is_taken(site, person)
    finally:
        shutil.rmtree(site.store.parent)
        aside.rename(site.store.parent)
    wait_until(lambda: site.get("/file/any", key=person.key).status == 200, "the store put back is not served")
    site.restart()  # each child by itself looks again once a second
    assert_right_again(site, person)


def test_a_restored_copy_is_taken_while_running(site, person):
    copy = site.root / "copy.db"
    site.orgauth.run("store", "backup", copy)
    site.orgauth.run("--yes", "user", "ban", person.email)
    assert site.get("/file/any", key=person.key).status == 401
    site.orgauth.run("--yes", "store", "restore", copy)
    copy.unlink()
    assert_right_again(site, person)
    site.orgauth.run("store", "check")


@pytest.mark.parametrize("begin, end", [(0, 100), (4096, None)], ids=["header", "all pages but the first"])
def test_a_store_with_other_bytes_in_it(site, person, begin, end):
    site.stop()
    with closing(sqlite3.connect(site.store)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    good = site.store.read_bytes()
    site.store.write_bytes(good[:begin] + bytes(byte ^ 0x55 for byte in good[begin:end]) + (good[end:] if end else b""))
    site.start()
    for attempt in ({"key": person.key}, {"key": keys.unknown()}, {"login": (person.email, WRONG)}):
        assert site.get("/file/any", **attempt).status == 503
    site.stop()
    for path in store_files(site.store):
        path.unlink()
    site.store.write_bytes(good)
    shutil.chown(site.store, os.stat(site.store.parent).st_uid, os.stat(site.store.parent).st_gid)
    site.store.chmod(0o640)
    site.start()
    assert_right_again(site, person)


@contextmanager
def write_lock(store):
    db = sqlite3.connect(store, isolation_level=None, timeout=30)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


def test_a_write_lock_held_leaves_readers_alone_and_answers_writers(site, person):
    """Every answer below comes while the lock is held, so none waited for it."""
    login = (person.email, PASSWORD)
    assert site.get("/file/any", login=login).status == 200
    with write_lock(site.store):
        assert {a.status for a in site.parallel(200, 20, method="GET", path="/file/any", key=person.key)} == {200}
        assert site.get("/file/any", key=keys.unknown()).status == 401
        assert_unusable(site.get("/file/any", key=keys.wrong_secret(person.key)))
        assert_unusable(site.get("/file/any", login=(person.email, WRONG)))
        site.orgauth.run("--yes", "user", "ban", person.email, code=75)
        assert site.get("/file/any", key=person.key).status == 200
    assert_right_again(site, person)


def test_a_write_lock_held_for_30_seconds(site, person):
    until = time.monotonic() + 30
    with write_lock(site.store):
        while time.monotonic() < until:
            assert site.get("/file/any", key=person.key).status == 200
            assert_unusable(site.get("/file/any", key=keys.wrong_secret(person.key)))
    assert_right_again(site, person)
    assert site.orgauth.status(person.email) != "DENIED"


def test_a_read_only_store(site, person):
    """Right keys may be let in (nothing needs writing), but no mistake goes uncounted."""
    site.stop()
    files = [site.store.parent, *store_files(site.store)]
    before = [(path, path.stat()) for path in files]
    for path, found in before:
        os.chown(path, 0, found.st_gid)
        path.chmod(0o550 if path.is_dir() else 0o440)
    site.start()
    try:
        assert site.get("/file/any", key=person.key).status in (200, 503)
        assert_unusable(site.get("/file/any", key=keys.wrong_secret(person.key)))
        assert_unusable(site.get("/file/any", login=(person.email, WRONG)))
    finally:
        for path, found in before:
            os.chown(path, found.st_uid, found.st_gid)
            path.chmod(found.st_mode & 0o777)
    assert_right_again(site, person)


@pytest.fixture
def small_disk(site):
    """The store on a disk of 8 MiB; gives a function that fills it and one that makes room again."""
    disk = site.store.parent
    aside = disk.with_name("aside")
    site.stop()
    disk.rename(aside)
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, text=True)
    if done.returncode != 0:
        disk.rmdir()
        aside.rename(disk)
        site.start()
        pytest.skip("cannot mount a tmpfs here: " + done.stderr.strip())
    subprocess.run(["cp", "-a", f"{aside}/.", str(disk)], check=True)
    site.start()

    def fill():
        with open(disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass

    yield fill, (disk / "ballast").unlink
    site.stop()
    subprocess.run(["cp", "-a", f"{disk}/.", str(aside)], check=True)
    subprocess.run(["umount", str(disk)], check=True)
    disk.rmdir()
    aside.rename(disk)
    site.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting wants root")
def test_a_full_disk(site, person, small_disk):
    fill, make_room = small_disk
    assert site.get("/file/any", key=person.key).status == 200
    fill()
    answers = [site.get("/file/any", key=keys.wrong_secret(person.key)).status for _ in range(40)]
    assert set(answers) <= {401, 503} and answers[-1] == 503, "every 401 was counted; with no room left it is 503"
    assert site.orgauth.failures(person.email)[1] == answers.count(401)
    assert_unusable(site.get("/file/any", login=(person.email, WRONG)))
    make_room()
    assert_right_again(site, person)
    site.orgauth.run("store", "check")
