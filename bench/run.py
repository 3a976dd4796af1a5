#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What protection costs, side by side: each round of a protected server is paired with one of the same server unprotected.

  bench/run.py [--build DIR] [--sizes 1000,100000,1000000] [--rounds 5] [--seconds 2] [--only TEXT] [--json FILE]

Prints a table (Markdown) and writes all figures as JSON. Needs root (httpd's children run as www-data), wrk, nginx with its Lua module, haproxy,
sqlite3; what is missing is left out and named. CPU is that of the server's processes alone; absolute figures mean little on a shared
machine, ratios within a pair do.
"""
import argparse
import base64
import datetime
import hashlib
import itertools
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import seed
import servers

HERE = pathlib.Path(__file__).resolve().parent
WORK_LINES = 400_000
KEY_HEADER = "X-API-Key: "
BASIC_HEADER = "Authorization: Basic "


def load(server, work, header, seconds, path="/area/file.txt"):
    """One round: figures of the client and of the server's CPU."""
    before = server.cpu()
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", str(HERE / "load.lua"),
         f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True,
        env={**os.environ, "BENCH_WORK": str(work), "BENCH_HEADER": header, "BENCH_SEED": str(random.randrange(1 << 30))}).stdout
    requests, duration, p50, p99, errors = map(int, next(
        line for line in out.splitlines() if line.startswith("FIGURES")).split()[1:])
    # A few time out when the machine gives the server no time; refusals would be nearly all.
    if errors > requests // 1000 or not requests:
        raise SystemExit(f"{server.name}: {errors} of {requests} requests failed; see {server.folder}")
    return {"cpu_us": (server.cpu() - before) * 1e6 / requests, "rps": requests * 1e6 / duration, "p50_us": p50,
            "p99_us": p99}


def orgauth(build, folder, *words):
    """The command on the store of that folder."""
    return subprocess.run([str(build / "orgauth"), "--store", folder / "orgauth.db", "--secret-file", folder / "secret", "--json", *words],
                          check=True, capture_output=True, text=True).stdout


class Commits:
    """Another process that commits 100 times a second while it is open: harmless changes that void caches as real ones do."""

    def __init__(self, store):
        self.process = subprocess.Popen([sys.executable, str(HERE / "commits.py"), str(store), "100"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def pair(name, bare, protected, work, header, options, path="/area/file.txt"):
    """Interleaved rounds; medians of the figures and of the ratios within each pair."""
    rounds = []
    for server in (bare, protected):
        load(server, work, header, 1, path)
    for number in range(options.rounds):
        order = [bare, protected] if number % 2 == 0 else [protected, bare]
        figures = {server: load(server, work, header, options.seconds, path) for server in order}
        rounds.append((figures[bare], figures[protected]))
    median = statistics.median
    row = {"name": name,
           "cpu_ratio": median(b["cpu_us"] / a["cpu_us"] for a, b in rounds),
           "rps_ratio": median(b["rps"] / a["rps"] for a, b in rounds),
           "added_us": median(b["cpu_us"] - a["cpu_us"] for a, b in rounds),
           "bare": {key: median(a[key] for a, _ in rounds) for key in rounds[0][0]},
           "protected": {key: median(b[key] for _, b in rounds) for key in rounds[0][1]},
           "rounds": rounds}
    print("| {name} | {added_us:.1f} | {cpu_ratio:.2f} | {rps_ratio:.2f} | {a[p50_us]}/{b[p50_us]} | "
          "{a[p99_us]}/{b[p99_us]} |".format(a={k: round(v) for k, v in row["bare"].items()},
                                             b={k: round(v) for k, v in row["protected"].items()}, **row), flush=True)
    return row


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.rows, self.left_out = options, pathlib.Path(folder), [], []
        self.build = pathlib.Path(options.build).resolve()
        self.stores = {}

    def orgauth(self, store, *words):
        return orgauth(self.build, store, *words)

    def store(self, size):
        """A store with that many users; its folder, with the workloads even.txt and zipf.txt and all keys in keys.txt."""
        if size in self.stores:
            return self.stores[size]
        folder = self.folder / f"store-{size}"
        folder.mkdir()
        shutil.chown(folder, "www-data", "www-data")
        self.orgauth(folder, "store", "init")
        self.orgauth(folder, "org", "create", "Bench")
        keys = seed.fill(folder / "orgauth.db", seed.read_master(folder / "secret"), size, "bench")
        for name in os.listdir(folder):
            shutil.chown(folder / name, "www-data", "www-data")
        rng = random.Random(1)
        seed.write_workload(folder / "even.txt", keys, seed.draw_evenly(size, rng), WORK_LINES)
        seed.write_workload(folder / "zipf.txt", keys, seed.draw_zipf(size, rng), WORK_LINES)
        (folder / "keys.txt").write_text("\n".join(keys) + "\n")
        self.stores[size] = folder
        return folder

    def wanted(self, name):
        return self.options.only in name

    def run(self, name, bare, protected, work, header=KEY_HEADER, path="/area/file.txt"):
        self.rows.append(pair(name, bare, protected, work, header, self.options, path))

    def module(self, store):
        load_lines = f"LoadModule orgauth_module {self.build}/mod_orgauth/.libs/mod_orgauth.so\n"
        server = f"OrgAuthStore {store}/orgauth.db\nOrgAuthSecretFile {store}/secret\n"
        return load_lines, server, "AuthType OrgAuth\nAuthName bench\nRequire valid-user"

    # Families: each starts its servers, measures its pairs, stops them. ------------------------------------------------

    def keys_static(self, size, mmap):
        """This module over a static file: cached and every request a miss, even and Zipf, quiet and while others commit."""
        store = self.store(size)
        load_lines, server_lines, location = self.module(store)
        tag = f"orgauth, {size:,} users, static, mmap {'on' if mmap else 'off'}"
        bare = servers.Server(f"bare-{size}-{mmap}", self.folder, servers.httpd("Require all granted", mmap=mmap))
        for cache, env in (("cached", {}), ("miss", {"ORGAUTH_NO_CACHE": "1"})):
            names = [(f"{tag}, {cache}, {draw}, {calm}", draw, calm)
                     for draw in ("even", "zipf") for calm in ("quiet", "100 commits/s")]
            names = [one for one in names if self.wanted(one[0])]
            if not names:
                continue
            protected = servers.Server(f"orgauth-{size}-{cache}-{mmap}", self.folder,
                                       servers.httpd(location, load_lines, server_lines, mmap), env)
            before = protected.memory()
            for name, draw, calm in names:
                if calm == "quiet":
                    self.run(name, bare, protected, store / f"{draw}.txt")
                else:
                    with Commits(store / "orgauth.db"):
                        self.run(name, bare, protected, store / f"{draw}.txt")
            self.rows[-1]["memory_growth_mib"] = protected.memory() - before
            protected.stop()
        bare.stop()

    def keys_proxied(self, size):
        name = f"orgauth, {size:,} users, proxied, cached, zipf, quiet"
        if not self.wanted(name):
            return
        store = self.store(size)
        load_lines, server_lines, location = self.module(store)
        back = servers.Server("back-end", self.folder, servers.httpd("Require all granted"))
        proxy = servers.modules("proxy", "proxy_http")
        target = f"ProxyPass /area http://127.0.0.1:{back.port}/area\n"
        bare = servers.Server("bare-proxy", self.folder, servers.httpd("Require all granted", proxy, target, False))
        protected = servers.Server("orgauth-proxy", self.folder,
                                   servers.httpd(location, load_lines + proxy, server_lines + target, False))
        self.run(name, bare, protected, store / "zipf.txt")
        for server in (protected, bare, back):
            server.stop()

    def dbd(self, size, authorize):
        """httpd's own: mod_authn_dbd on SQLite (unsalted SHA-1, its cheapest digest), and with mod_authz_dbd a role."""
        name = f"mod_authn_dbd{' + mod_authz_dbd' if authorize else ''}, {size:,} users, static, mmap off, zipf, quiet"
        if not self.wanted(name):
            return
        folder = self.folder / f"dbd-{size}"
        if not folder.exists():
            self.make_dbd(folder, size)
        server = f"""DBDriver sqlite3
DBDParams {folder}/users.db
DBDMin 4
DBDKeep 8
DBDMax 16
DBDExptime 300
"""
        location = """AuthType Basic
AuthName bench
AuthBasicProvider dbd
AuthDBDUserPWQuery "SELECT password FROM users WHERE name = %s"
""" + ("""Require dbd-group viewer
AuthzDBDQuery "SELECT role FROM roles WHERE name = %s"
""" if authorize else "Require valid-user")
        load_lines = servers.modules("dbd", "authn_dbd", "authz_dbd")
        bare = servers.Server("bare-dbd", self.folder, servers.httpd("Require all granted", mmap=False))
        protected = servers.Server(f"dbd-{authorize}", self.folder, servers.httpd(location, load_lines, server, False))
        self.run(name, bare, protected, folder / "zipf.txt", BASIC_HEADER)
        protected.stop()
        bare.stop()

    def make_dbd(self, folder, size):
        import sqlite3
        folder.mkdir()
        names = [f"user{number:07}" for number in range(size)]
        digest = "{SHA}" + base64.b64encode(hashlib.sha1(b"password").digest()).decode()
        db = sqlite3.connect(folder / "users.db")
        db.execute("CREATE TABLE users (name TEXT PRIMARY KEY, password TEXT) WITHOUT ROWID")
        db.execute("CREATE TABLE roles (name TEXT PRIMARY KEY, role TEXT) WITHOUT ROWID")
        db.executemany("INSERT INTO users VALUES (?, ?)", ((name, digest) for name in names))
        db.executemany("INSERT INTO roles VALUES (?, 'viewer')", ((name,) for name in names))
        db.commit()
        db.close()
        credentials = [base64.b64encode(f"{name}:password".encode()).decode() for name in names]
        seed.write_workload(folder / "zipf.txt", credentials, seed.draw_zipf(size, random.Random(1)), WORK_LINES)

    def nginx(self, size):
        name = f"nginx + Lua shared dictionary, {size:,} keys, zipf, quiet"
        if not self.wanted(name):
            return
        store = self.store(size)
        bare = servers.Server("nginx-bare", self.folder, servers.nginx(False))
        protected = servers.Server("nginx-lua", self.folder, servers.nginx(True, store / "keys.txt"))
        self.run(name, bare, protected, store / "zipf.txt")
        protected.stop()
        bare.stop()

    def haproxy(self, size):
        name = f"haproxy + map of hashed keys, {size:,} keys, zipf, quiet"
        if not self.wanted(name):
            return
        store = self.store(size)
        with open(store / "haproxy.map", "w") as out:
            for line in open(store / "keys.txt"):
                out.write(hashlib.sha256(line.strip().encode()).hexdigest().upper() + " 1\n")
        bare = servers.Server("haproxy-bare", self.folder, servers.haproxy())
        protected = servers.Server("haproxy-map", self.folder, servers.haproxy(store / "haproxy.map"))
        self.run(name, bare, protected, store / "zipf.txt")
        protected.stop()
        bare.stop()

    def all(self):
        sizes = [int(size) for size in self.options.sizes.split(",")]
        middle = sizes[len(sizes) // 2]
        print("| Case | CPU added per request, µs | CPU ratio | requests/s ratio | p50, µs, without/with | p99, µs, without/with |")
        print("|---|---|---|---|---|---|", flush=True)
        for size in sizes:
            self.keys_static(size, mmap=False)
        self.keys_static(middle, mmap=True)
        self.keys_proxied(middle)
        for authorize in (False, True):
            self.dbd(middle, authorize)
        for tool, family in (("nginx", self.nginx), ("haproxy", self.haproxy)):
            if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"):
                family(middle)
            else:
                self.left_out.append(tool)
        if self.left_out:
            print(f"\nLeft out, not installed: {', '.join(self.left_out)}")


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
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="", help="only the cases whose name has this text")
    parser.add_argument("--json", default="bench.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orgauth-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(options, folder)
        try:
            bench.all()
        finally:
            for server in list(servers.Server.running):
                server.stop()
        with open(options.json, "w") as out:
            json.dump({"machine": machine(), "options": vars(options), "rows": bench.rows}, out, indent=1)


if __name__ == "__main__":
    main()
