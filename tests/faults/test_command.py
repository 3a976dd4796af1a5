# SPDX-License-Identifier: Apache-2.0
"""The command line, killed at every system call of a change, and with every kind of failing one: a change and its audit event are both there or both not,
what was said to be done is done, the store is sound and the trail verifies (I1, I5, I10)."""

import shutil
import subprocess
from dataclasses import dataclass

import pytest

from conftest import FULL, steps
from support.command import PROGRAM, Orgauth

PASSWORD = "correct horse battery staple"
MOST = 5000
WRITES = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,fallocate"
# Whatever a program says to the kernel about files, the loader's part included. In short: what writes.
CALLS = "%desc,%file" if FULL else WRITES


@dataclass(frozen=True)
class Change:
    """A command, and what the store says once it is done."""
    words: str
    event: str
    done: str
    stdin: str = ""


CHANGES = {
    "found": Change("org create New --slug new --admin root@new.example", "org.create",
                    "SELECT count(*) = 1 AND (SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id"
                    " WHERE a.email = 'root@new.example' AND m.org_id = o.id AND a.home_org_id = o.id) = 1 FROM organization o WHERE slug = 'new'"),
    "ban": Change("user ban ann@acme.example", "user.ban", "SELECT status = 3 FROM account WHERE email = 'ann@acme.example'"),
    "create": Change("user create new@acme.example --org acme --role Viewer --password-stdin", "user.create",
                     "SELECT count(*) = 1 AND (SELECT count(*) FROM membership m JOIN account a ON a.id = m.account_id"
                     " WHERE a.email = 'new@acme.example') = 1 FROM account WHERE email = 'new@acme.example' AND password IS NOT NULL",
                     PASSWORD + "\n"),
    "revoke": Change("--yes key revoke {key}", "key.revoke", "SELECT revoked_at > 0 FROM api_key WHERE name = 'k'"),
    "remove": Change("--yes user remove ann@acme.example --org acme", "user.remove",
                     "SELECT m.status = 3 AND (SELECT min(revoked_at) FROM api_key k WHERE k.account_id = a.id) > 0"
                     " FROM membership m JOIN account a ON a.id = m.account_id WHERE a.email = 'ann@acme.example'"),
    "invite": Change("invitation send x@else.example y@else.example --org acme --role Viewer", "invitation.send",
                     "SELECT count(*) = 2 FROM invitation"),
    "set": Change("setting set login.deny_after 7", "setting.set", "SELECT count(*) = 1 FROM setting WHERE name = 'login.deny_after'"),
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A store to begin from, without a WAL: the directory, and the id of a key."""
    home = tmp_path_factory.mktemp("pristine")
    orgauth = Orgauth(home / "store/orgauth.db", home / "secret").init()
    orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
    orgauth.run("user", "create", "ann@acme.example", "--org", "acme", "--role", "Viewer")
    key = orgauth.json("key", "issue", "--user", "ann@acme.example", "--org", "acme", "--name", "k")["id"]
    orgauth.run("store", "checkpoint")
    return home, key


class Trial:
    """A copy of the pristine store, on which one change is tried under a fault."""

    def __init__(self, pristine, home, change):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(pristine[0], home, symlinks=True)
        self.orgauth, self.change = Orgauth(home / "store/orgauth.db", home / "secret"), change
        self.words = change.words.format(key=pristine[1]).split()

    def run(self, what, trace="/dev/null"):
        command = ["strace", "-qq", "-f", "-o", str(trace), "-e", what, str(PROGRAM), "--store", str(self.orgauth.store),
                   "--secret-file", str(self.orgauth.secret), *self.words]
        return subprocess.run(command, input=self.change.stdin.encode(), capture_output=True, timeout=120).returncode

    def is_done(self):
        (done,), = self.orgauth.select(self.change.done) or [(0,)]
        (events,), = self.orgauth.select("SELECT count(*) FROM audit_event WHERE action = $1 AND id > (SELECT max(id) FROM audit_event"
                                         " WHERE action = 'key.issue')", self.change.event)
        assert events == bool(done), f"the change is {'there' if done else 'not there'}, and {events} events"
        return bool(done)

    def check(self, code):
        """What must hold after the fault, whatever the command said; and then it can be done, if it was not."""
        checked = self.orgauth.json("store", "check")
        assert checked["sound"] is True
        self.orgauth.run("audit", "verify")
        done = self.is_done()
        assert done or code != 0, "it said that it was done"
        if not done:
            self.orgauth.run(*self.words, stdin=self.change.stdin)
            assert self.is_done()
        return done


@pytest.mark.parametrize("name", CHANGES if FULL else ["ban", "create", "invite"])
def test_killed_at_any_system_call(pristine, store_dir, name):
    for number in steps(MOST, 8):
        trial = Trial(pristine, store_dir / "trial", CHANGES[name])
        code = trial.run(f"inject={CALLS}:signal=KILL:when={number}")
        trial.check(code)
        if code == 0:
            return
    pytest.fail("it never got through")


def count_of_calls(pristine, home, change):
    """How many of CALLS the command makes where nothing fails."""
    trial, trace = Trial(pristine, home, change), home.with_name("trace")
    trial.run(f"trace={CALLS}", trace)
    return len([line for line in trace.read_text().splitlines() if "resumed" not in line])


# What is interrupted again and again is tried again and again: a hundred times is for good.
FAULTS = {"EIO once": "error=EIO:when={0}", "EIO for good": "error=EIO:when={0}+", "ENOSPC once": "error=ENOSPC:when={0}",
          "ENOSPC for good": "error=ENOSPC:when={0}+", "EINTR once": "error=EINTR:when={0}", "EINTR for good": "error=EINTR:when={0}..{1}"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHANGES if FULL else ["ban"])
def test_with_a_system_call_that_fails(pristine, store_dir, name, fault):
    change, home = CHANGES[name], store_dir / "trial"
    for number in steps(count_of_calls(pristine, home, change) + 1, 8):
        trial = Trial(pristine, home, change)
        code = trial.run(f"inject={CALLS}:" + FAULTS[fault].format(number, number + 99))
        assert code in (0, 1, 5, 75) or FULL, f"exit {code} at call {number}"
        trial.check(code)
