# SPDX-License-Identifier: Apache-2.0
"""The store as a file: made, looked after, saved, brought back; and what the command says when it cannot use it."""

import os
import pwd
import shutil
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing

import pytest

import support.command
from support.command import Orgauth

FAILED, CONFLICT, BUSY = 1, 5, 75
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_without_a_store_one_line_says_how_to_make_one(store_dir):
    for words in (["org", "list"], ["store", "status"], ["store", "check"], ["store", "migrate"], ["check"]):
        done = Orgauth(store_dir / "none.db", store_dir / "secret").run(*words, code=FAILED)
        assert done.stderr == f"orgauth: no store at {store_dir}/none.db; make one with: orgauth store init\n"
        assert done.stdout == "" and not (store_dir / "none.db").exists()


def test_init_makes_store_and_secret_closed_to_others(orgauth):
    for path in (orgauth.store, orgauth.secret):
        assert mode(path) & 0o137 == 0, path
    assert mode(orgauth.store.parent) & 0o027 == 0


def test_init_never_overwrites(acme, dump):
    before, secret = dump(acme), acme.secret.read_bytes()
    acme.run("store", "init", code=CONFLICT)
    assert dump(acme) == before and acme.secret.read_bytes() == secret


@needs_root
def test_a_store_made_by_root_belongs_to_httpd(orgauth):
    user = pwd.getpwnam("www-data")
    assert os.stat(orgauth.store).st_uid == user.pw_uid
    assert os.stat(orgauth.store).st_gid == os.stat(orgauth.secret).st_gid == user.pw_gid


@needs_root
def test_a_directory_that_is_closed_to_httpd_is_told_at_once(store_dir):
    done = Orgauth(store_dir / "orgauth.db", store_dir / "secret").run("store", "init")
    assert done.stderr == (f"orgauth: www-data may not make files in {store_dir}, which takes the store from httpd: "
                           f"chown www-data: {store_dir}\n")
    assert Orgauth(store_dir / "of-its-own/orgauth.db", store_dir / "secret").run("store", "init").stderr == ""


@needs_root
@pytest.mark.parametrize("owner, uid, gid", [("nobody", "nobody", None), ("nobody:www-data", "nobody", "www-data"), ("12345:54321", 12345, 54321)])
def test_the_owner_can_be_named(store_dir, owner, uid, gid):
    orgauth = Orgauth(store_dir / "store/orgauth.db", store_dir / "secret")
    orgauth.run("store", "init", "--owner", owner)
    found = os.stat(orgauth.store)
    assert found.st_uid == (uid if isinstance(uid, int) else pwd.getpwnam(uid).pw_uid)
    assert gid is None or found.st_gid == (gid if isinstance(gid, int) else pwd.getpwnam(gid).pw_uid)


@pytest.mark.parametrize("owner", ["no-such-user", "nobody:no-such-group", ":", "-1"])
def test_an_unknown_owner_leaves_nothing_behind(store_dir, owner):
    Orgauth(store_dir / "store/orgauth.db", store_dir / "secret").run("store", "init", f"--owner={owner}", code=CONFLICT if os.geteuid() == 0 else 2)
    assert list(store_dir.iterdir()) == []


@needs_root
def test_root_leaves_no_file_of_its_own(acme):
    uid = os.stat(acme.store).st_uid
    acme.run("user", "create", "bob@acme.example", "--org", "acme", "--role", "Viewer")
    acme.run("store", "checkpoint")
    acme.run("store", "backup", acme.store.parent / "copy.db")
    files = [path for path in acme.store.parent.iterdir() if path.name != "copy.db"]
    assert {path.name: path.stat().st_uid for path in files} == {path.name: uid for path in files}
    assert all(mode(path) & 0o007 == 0 for path in acme.store.parent.iterdir())


@needs_root
def test_httpds_user_can_use_a_store_made_by_root(acme):
    user = pwd.getpwnam("www-data")
    done = subprocess.run(["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups",
                           str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret),
                           "user", "ban", "ann@acme.example"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    event = acme.items("audit", "list")[0]
    assert "www-data" in str(event)


@needs_root
def test_a_stranger_is_told_what_to_do(acme):
    done = subprocess.run(["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", str(support.command.PROGRAM),
                           "--store", str(acme.store), "--secret-file", str(acme.secret), "org", "list"],
                          capture_output=True, text=True)
    assert done.returncode == FAILED
    assert "as its owner or as root" in done.stderr and done.stdout == ""


@needs_root
def test_who_may_only_read_changes_nothing(acme, dump):
    before, group = dump(acme), str(os.stat(acme.store).st_gid)
    done = subprocess.run(["setpriv", "--reuid", "12345", "--regid", group, "--clear-groups", str(support.command.PROGRAM),
                           "--store", str(acme.store), "--secret-file", str(acme.secret), "user", "ban", "ann@acme.example"],
                          capture_output=True, text=True)
    assert done.returncode == FAILED
    assert done.stderr.startswith("orgauth: ") and done.stderr.count("\n") == 1 and done.stdout == ""
    assert dump(acme) == before


def test_status_counts(acme):
    status = acme.json("store", "status")
    assert str(acme.store) in str(status)
    assert acme("store", "status") != "" and acme("store", "status", "--output", "csv").count("\n") == 1


def test_check_finds_a_sound_store_sound_and_an_altered_one_not(acme):
    acme.run("store", "check")
    key = acme.key("ann@acme.example")
    assert key
    with sqlite3.connect(acme.store) as db:
        db.execute("UPDATE credential SET permissions = '*:*'")
    done = acme.run("store", "check", code=FAILED)
    assert "not sound" in done.stderr and done.stdout != ""


def test_check_finds_an_altered_audit_trail(acme):
    with sqlite3.connect(acme.store) as db:
        db.execute("UPDATE audit_event SET target_name = 'somebody else' WHERE id = (SELECT max(id) FROM audit_event)")
    acme.run("store", "check", code=FAILED)


def test_checkpoint_and_migrate_have_little_to_do(acme):
    assert acme.json("store", "checkpoint") == {"pages_left": 0}
    versions = acme.json("store", "migrate")
    assert versions["from"] == versions["to"] >= 1


def test_a_backup_is_whole_closed_and_never_overwrites(acme, store_dir, dump):
    copy = store_dir / "copy.db"
    acme.run("store", "backup", copy)
    assert mode(copy) & 0o137 == 0
    assert dump(Orgauth(copy, acme.secret)) == dump(acme)
    content = copy.read_bytes()
    acme.run("store", "backup", copy, code=CONFLICT)
    assert copy.read_bytes() == content


def test_restore_brings_the_copy_back(acme, store_dir):
    acme.run("store", "backup", store_dir / "copy.db")
    acme.run("user", "ban", "ann@acme.example")
    owner = os.stat(acme.store).st_uid
    done = acme.run("store", "restore", store_dir / "copy.db")
    assert "in force again" in done.stderr
    assert acme.status("ann@acme.example") == "VALIDATED"
    assert os.stat(acme.store).st_uid == owner and mode(acme.store) & 0o137 == 0
    acme.run("store", "check")


@pytest.mark.parametrize("content", [b"", b"not a database at all", None])
def test_restore_refuses_what_is_no_store(acme, store_dir, dump, content):
    before = dump(acme)
    if content is not None:
        (store_dir / "copy.db").write_bytes(content)
    done = acme.run("store", "restore", store_dir / "copy.db", code=None)
    assert done.returncode not in (0, 2) and done.stderr.count("\n") == 1
    assert str(store_dir / "copy.db") in done.stderr and "restore a backup" not in done.stderr
    assert dump(acme) == before


def cut_short(copy):
    os.truncate(copy, os.path.getsize(copy) // 2)


def of_tomorrow(copy):
    with closing(sqlite3.connect(copy)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("spoil", [cut_short, of_tomorrow])
def test_a_copy_that_cannot_be_taken_is_what_is_blamed(acme, store_dir, dump, spoil):
    acme.run("store", "backup", store_dir / "copy.db")
    spoil(store_dir / "copy.db")
    before = dump(acme)
    done = acme.run("store", "restore", store_dir / "copy.db", code=FAILED)
    assert done.stderr.startswith(f"orgauth: {store_dir / 'copy.db'} cannot be taken: ") and done.stderr.count("\n") == 1
    assert "store check" not in done.stderr
    assert dump(acme) == before


def test_a_locked_store_is_busy_and_can_be_read_meanwhile(acme):
    db = sqlite3.connect(acme.store, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    done = acme.run("user", "ban", "ann@acme.example", code=BUSY)
    assert done.stderr.startswith("orgauth: ") and done.stdout == ""
    assert acme.status("ann@acme.example") == "VALIDATED"
    db.execute("ROLLBACK")
    db.close()
    acme.run("user", "ban", "ann@acme.example")


def test_a_secret_that_others_can_read_is_refused(acme):
    acme.secret.chmod(0o644)
    done = acme.run("org", "list", code=FAILED)
    assert str(acme.secret) in done.stderr and done.stdout == ""


def test_a_missing_secret_is_named(acme):
    acme.secret.unlink()
    assert str(acme.secret) in acme.run("org", "list", code=FAILED).stderr


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"\0" * 100), lambda path: path.write_text("hello"),
                                    lambda path: (path.unlink(), path.mkdir())])
def test_what_is_no_store_is_refused(acme, damage):
    damage(acme.store)
    done = acme.run("org", "list", code=FAILED)
    assert done.stderr.startswith("orgauth: ") and done.stdout == ""


def test_a_newer_store_is_refused_with_one_line(acme):
    with sqlite3.connect(acme.store) as db:
        db.execute("PRAGMA user_version = 999")
    done = acme.run("org", "list", code=FAILED)
    assert "999" in done.stderr and done.stderr.count("\n") == 1


def test_store_commands_that_change_have_no_dry_run(acme, store_dir):
    for words in (["init"], ["checkpoint"], ["migrate"], ["backup", store_dir / "x"], ["restore", store_dir / "x"]):
        assert "no dry run" in acme.run("store", *words, "--dry-run", code=2).stderr
    assert not (store_dir / "x").exists()


def test_a_killed_command_leaves_a_sound_store(acme, store_dir):
    """Killed at every write, fsync and unlink of a ban, until it gets through."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    command = [str(support.command.PROGRAM), "--store", str(acme.store), "--secret-file", str(acme.secret)]
    events = len(acme.items("audit", "list"))
    for number in range(1, 200):
        inject = f"inject=pwrite64,write,fdatasync,fsync,ftruncate,unlink:signal=KILL:when={number}"
        done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", inject, *command, "user", "ban", "ann@acme.example"],
                              capture_output=True)
        after = len(acme.items("audit", "list"))
        status = acme.status("ann@acme.example")
        assert (status, after) in [("VALIDATED", events), ("BANNED", events + 1)]
        acme.run("store", "check")
        if done.returncode == 0:
            return
        if status == "BANNED":
            acme.run("user", "validate", "ann@acme.example")
            events = after + 1
    pytest.fail("the command never got through")
