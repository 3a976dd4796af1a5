# SPDX-License-Identifier: Apache-2.0
"""The command `orgauth` as an administrator runs it, bound to one store."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORGAUTH_BUILD", ROOT / "build")).resolve()
PROGRAM = Path(os.environ.get("ORGAUTH", BUILD / "orgauth"))


@dataclass(frozen=True)
class Person:
    """A user with what it can present."""
    email: str
    password: str
    key: str

    @property
    def key_id(self):
        return "key_" + self.key.split("_")[1]


class Orgauth:
    """Runs `orgauth` on one store. Every method raises AssertionError with stderr when the exit code is not as asked for."""

    def __init__(self, store, secret, program=PROGRAM):
        self.store, self.secret, self.program = Path(store), Path(secret), Path(program)

    def run(self, *args, stdin="", code=0, timeout=120):
        """The finished process; `code` None: any exit code will do."""
        command = [str(self.program), "--store", str(self.store), "--secret-file", str(self.secret), *map(str, args)]
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env=environment)
        assert code is None or done.returncode == code, \
            f"orgauth {' '.join(map(str, args))}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
        return done

    def __call__(self, *args, **how):
        """Standard output without its last newline."""
        return self.run(*args, **how).stdout.rstrip("\n")

    def json(self, *args, **how):
        return json.loads(self.run("--json", *args, **how).stdout)

    def items(self, *args):
        """A list's items."""
        return self.json(*args)["items"]

    def init(self):
        self.run("store", "init")
        return self

    def person(self, email, role="Viewer", org="acme", password=None, key=True):
        """A new user of `org`: with a password where one is given, with a key unless `key` is false."""
        self.run("user", "create", email, "--org", org, "--role", role)
        return self.equip(email, org, password, key)

    def equip(self, email, org="acme", password=None, key=True):
        """A user who is there already, likewise."""
        if password:
            self.set_password(email, password)
        return Person(email, password or "", self.key(email, org) if key else "")

    def set_password(self, email, password):
        self.run("user", "set-password", email, "--password-stdin", stdin=password + "\n")

    def key(self, email, org="acme", *options):
        return self("key", "issue", "--user", email, "--org", org, *options)

    def select(self, query, *values):
        """The rows that a reader of the store itself finds."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(query, values).fetchall()

    def failures(self, email):
        """The counts of wrong attempts: (with passwords, with keys)."""
        return self.select("SELECT password_failures, key_failures FROM account WHERE email = $1", email)[0]

    def status(self, email, org="acme"):
        """The status that `user list` shows for `email`."""
        return next(row["status"] for row in self.items("user", "list", "--org", org, "--search", email)
                    if row["email"] == email)
