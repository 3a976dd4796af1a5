#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What protection costs, side by side: each round of a protected server is paired with one of the same server unprotected.

  bench/run.py [--build DIR] [--sizes 1000,100000,1000000] [--rounds 5] [--seconds 1] [--only TEXT] [--stores DIR] [--json FILE]

Prints a table (Markdown) on standard output as it goes and writes all figures as JSON, of which bench/table.py makes what stands in
docs/performance.md. Needs root (httpd's children run as www-data) and the programs of `build-aux/packages install bench` (wrk, nginx with its Lua
module, haproxy, httpd's driver for SQLite); of the other servers what is missing is left out and named. CPU is that of the server's processes alone;
absolute figures mean little on a shared machine, ratios within a pair do: run it on a machine that does nothing else. The whole of it takes about a
quarter of an hour, and the seeding of a million users some minutes before, once where --stores names a folder that stays. Measure a build with -O2, which
users have.
"""
import argparse
import base64
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure
import seed
import servers
import table

KEY_HEADER = "X-API-Key: "
BASIC_HEADER = "Authorization: Basic "
PLACES = {"static, mmap off": "/off/file.txt", "static, mmap on": "/on/file.txt", "proxied": "/proxied/file.txt"}
PATHS = ("/off", "/on", "/proxied")
CALMS = ("quiet", "100 commits/s")
WARM_REQUESTS_A_SECOND = 10_000  # less than any machine does, so that the caches are full after a warm-up
CACHE_ENTRIES = 160_000          # keys that the cache of a child holds, and children
CHILDREN = 2


def orgauth(build, folder, *words):
    """The command on the store of that folder."""
    return subprocess.run([str(build / "orgauth"), "--store", folder / "orgauth.db", "--secret-file", folder / "secret", "--json", *words],
                          check=True, capture_output=True, text=True).stdout


def warm_seconds(size):
    """Until each child has seen every key, or filled its cache: eight times as many requests, since a request goes to either child, and each time round
    leaves a child half of what it had not seen."""
    return 1 + 8 * min(size, CACHE_ENTRIES) * CHILDREN // 2 // WARM_REQUESTS_A_SECOND // 2


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.left_out = options, pathlib.Path(folder), []
        self.rows, self.memory, self.minutes = [], [], 0.0
        self.build = pathlib.Path(options.build).resolve()
        self.kept = pathlib.Path(getattr(options, "stores", None) or folder).resolve()

    # Stores, made once -------------------------------------------------------------------------------------------------

    def made(self, name, make):
        """A folder that `make` filled, now or in an earlier run."""
        folder = self.kept / name
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            print(f"making {folder}", file=sys.stderr, flush=True)
            make(folder)
            (folder / "complete").touch()
            for one in [folder, *folder.iterdir()]:
                shutil.chown(one, "www-data", "www-data")
        return folder

    def store(self, size):
        """A store with that many users; its folder, with all keys in keys.txt, in an order of their own: those most used first."""
        program = hashlib.sha256((self.build / "orgauth").read_bytes()).hexdigest()[:12]  # another may want another schema

        def make(folder):
            orgauth(self.build, folder, "store", "init")
            orgauth(self.build, folder, "org", "create", "Bench")
            keys = seed.fill(folder / "orgauth.db", seed.read_master(folder / "secret"), size, "bench")
            random.Random(1).shuffle(keys)
            (folder / "keys.txt").write_text("\n".join(keys) + "\n")

        return self.made(f"store-{size}-{program}", make)

    def dbd_users(self, size):
        def make(folder):
            names = [f"user{number:07}" for number in range(size)]
            digest = "{SHA}" + base64.b64encode(hashlib.sha1(b"password").digest()).decode()
            db = sqlite3.connect(folder / "users.db")
            db.execute("CREATE TABLE users (name TEXT PRIMARY KEY, password TEXT) WITHOUT ROWID")
            db.execute("CREATE TABLE roles (name TEXT PRIMARY KEY, role TEXT) WITHOUT ROWID")
            db.executemany("INSERT INTO users VALUES (?, ?)", ((name, digest) for name in names))
            db.executemany("INSERT INTO roles VALUES (?, 'viewer')", ((name,) for name in names))
            db.commit()
            db.close()
            random.Random(1).shuffle(names)
            credentials = (base64.b64encode(f"{name}:password".encode()).decode() for name in names)
            (folder / "keys.txt").write_text("\n".join(credentials) + "\n")

        return self.made(f"dbd-{size}", make)

    def module(self, store):
        load_lines = f"LoadModule orgauth_module {self.build}/mod_orgauth/.libs/mod_orgauth.so\n"
        server = f"OrgAuthStore {store}/orgauth.db\nOrgAuthSecretFile {store}/secret\n"
        return load_lines, server, "AuthType OrgAuth\nAuthName bench\nRequire valid-user"

    # Measuring -----------------------------------------------------------------------------------------------------------

    def wanted(self, name):
        return any(text in name for text in self.options.only.split("|"))

    def run(self, name, bare, protected, work, draw, header=KEY_HEADER, path="/area/file.txt", commits=None, facts=None):
        if not self.wanted(name):
            return
        try:
            with commits or contextlib.nullcontext():
                row = measure.pair(name, bare, protected, work, header, path, draw, self.options)
        except measure.Failed as failure:
            row = {"name": name, "failed": str(failure)}
        row["facts"] = facts or {}
        if commits:
            row["commits_per_second"] = commits.per_second
        self.rows.append(row)
        print(table.line(row), flush=True)

    # Families: each starts its servers, measures its pairs, stops them. ------------------------------------------------

    @contextlib.contextmanager
    def started(self, name, command, env=None):
        server = servers.Server(name, self.folder, command, env)
        try:
            yield server
        finally:
            server.stop()

    def httpd(self, location, load="", server="", back=None):
        """Static files with and without mmap, and a proxy before the server `back`."""
        target = f"ProxyPass /proxied http://127.0.0.1:{back.port}/off\n"
        return servers.httpd(location, load + servers.modules("proxy", "proxy_http"), server + target, False, PATHS)

    def keys_of(self, size, cache, bare, back):
        """This module: a static file or a back end, keys drawn evenly or as Zipf has it, quiet and while others commit."""
        cases = {f"orgauth, {size:,} users, {place}, {cache}, {draw}, {calm}":
                 {"size": size, "place": place, "cache": cache, "draw": draw, "calm": calm}
                 for place in PLACES for draw in ("even", "zipf") for calm in CALMS}
        if not any(map(self.wanted, cases)):
            return
        store = self.store(size)
        load_lines, server_lines, location = self.module(store)
        env = {"ORGAUTH_NO_CACHE": "1"} if cache == "miss" else {}
        with self.started(f"orgauth-{size}-{cache}", self.httpd(location, load_lines, server_lines, back), env) as protected:
            before = protected.memory()
            self.warm(protected, store, size if cache == "cached" else 0)
            for name, facts in cases.items():
                commits = measure.Commits(store / "orgauth.db") if facts["calm"] != "quiet" else None
                self.run(name, bare, protected, store / "keys.txt", facts["draw"], path=PLACES[facts["place"]], commits=commits, facts=facts)
            self.memory.append({"name": f"{size:,} users, {cache}", "before_mib": before, "after_mib": protected.memory()})

    def warm(self, protected, store, size):
        if size > CACHE_ENTRIES:  # more than fit: what is there then is as even as what is asked for
            measure.load(protected, store / "keys.txt", KEY_HEADER, warm_seconds(size), "/off/file.txt", "even")
        else:
            measure.load(protected, store / "keys.txt", KEY_HEADER, warm_seconds(size), "/off/file.txt", "all")

    def dbd(self, size, authorize):
        """httpd's own: mod_authn_dbd on SQLite (unsalted SHA-1, its cheapest digest), and with mod_authz_dbd a role."""
        name = f"mod_authn_dbd{' + mod_authz_dbd' if authorize else ''}, {size:,} users, static, mmap off, zipf, quiet"
        if not self.wanted(name):
            return
        folder = self.dbd_users(size)
        server = f"DBDriver sqlite3\nDBDParams {folder}/users.db\nDBDMin 4\nDBDKeep 8\nDBDMax 16\nDBDExptime 300\n"
        location = """AuthType Basic
AuthName bench
AuthBasicProvider dbd
AuthDBDUserPWQuery "SELECT password FROM users WHERE name = %s"
""" + ("""Require dbd-group viewer
AuthzDBDQuery "SELECT role FROM roles WHERE name = %s"
""" if authorize else "Require valid-user")
        load_lines = servers.modules("dbd", "authn_dbd", "authz_dbd")
        with self.started("bare-dbd", servers.httpd("Require all granted", mmap=False)) as bare, \
                self.started(f"dbd-{authorize}", servers.httpd(location, load_lines, server, False)) as protected:
            self.run(name, bare, protected, folder / "keys.txt", "zipf", BASIC_HEADER)

    def nginx(self, size):
        name = f"nginx + Lua shared dictionary, {size:,} keys, zipf, quiet"
        if self.wanted(name):
            keys = self.store(size) / "keys.txt"
            with self.started("nginx-bare", servers.nginx(False)) as bare, \
                    self.started("nginx-lua", servers.nginx(True, keys)) as protected:
                self.run(name, bare, protected, keys, "zipf")

    def haproxy(self, size):
        name = f"haproxy + map of hashed keys, {size:,} keys, zipf, quiet"
        if not self.wanted(name):
            return
        keys, table = self.store(size) / "keys.txt", self.folder / "haproxy.map"
        with open(table, "w") as out:
            for line in open(keys):
                out.write(hashlib.sha256(line.strip().encode()).hexdigest().upper() + " 1\n")
        with self.started("haproxy-bare", servers.haproxy()) as bare, \
                self.started("haproxy-map", servers.haproxy(table)) as protected:
            self.run(name, bare, protected, keys, "zipf")

    def others(self, size):
        for authorize in (False, True):
            self.dbd(size, authorize)
        for tool, family in (("nginx", self.nginx), ("haproxy", self.haproxy)):
            if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"):
                family(size)
            else:
                self.left_out.append(tool)

    def all(self):
        sizes = [int(size) for size in self.options.sizes.split(",")]
        for size in sizes:
            self.store(size)
        began = time.monotonic()
        print(table.HEAD, flush=True)
        with self.started("back", servers.httpd("Require all granted", mmap=False)) as back, \
                self.started("bare", self.httpd("Require all granted", back=back)) as bare:
            for size in sizes:
                for cache in ("cached", "miss"):
                    self.keys_of(size, cache, bare, back)
        self.others(sizes[len(sizes) // 2])
        self.minutes = (time.monotonic() - began) / 60

    def figures(self):
        return {"machine": machine(), "options": vars(self.options), "minutes": self.minutes, "left_out": self.left_out, "rows": self.rows,
                "memory": self.memory}


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    version = subprocess.run([servers.HTTPD, "-v"], capture_output=True, text=True).stdout.split("\n")[0]
    return {"cpu": model, "processors": os.cpu_count(), "kernel": os.uname().release, "httpd": version,
            "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="folder in which the module and the command were built")
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--only", default="", help="only the cases whose name has this text, or one of several with | between")
    parser.add_argument("--stores", help="where the stores stay from run to run; without it they are made anew")
    parser.add_argument("--json", default="bench.json")
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("wrk"):
        parser.error("root and wrk are needed: see --help")
    with tempfile.TemporaryDirectory(prefix="orgauth-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(options, folder)
        try:
            bench.all()
        finally:
            for server in list(servers.Server.running):
                server.stop()
            with open(options.json, "w") as out:
                json.dump(bench.figures(), out, indent=1)
        print("", *table.memory(bench.memory), "", *table.goals(bench.figures()), "", table.about(bench.figures()), sep="\n")


if __name__ == "__main__":
    main()
