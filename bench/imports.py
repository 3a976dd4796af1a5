#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What an import costs, and what it costs the others: time, CPU and memory of importing a table of users, and the time of key requests meanwhile.

  bench/imports.py [--build DIR] [--lines 10000] [--rounds 5] [--rate 500] [--only TEXT] [--json FILE]

Each kind is done --rounds times, each time with people of its own, by the command line and by the REST API. All the while a client asks for a
protected file, --rate times a second with one of 1,000 keys, and as long before each import: the time of a request counts from when it was due.
Memory is the peak resident size of the process that imports; of a child of httpd, how much that grew. Prints a table (Markdown) and writes all figures as JSON.
Needs root (httpd's children run as www-data) and openpyxl. Measure a build with -O2, which users have.
"""
import argparse
import http.client
import io
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run
import seed
import servers

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ["email", "first_name", "last_name", "role", "action"]
KEYS = 1000


def people(first, count, action):
    for number in range(first, first + count):
        yield [f"person{number}@import.example", f"First{number % 97}", f"Last{number % 997}", "Viewer", action]


def table(kind, rows):
    """The file: its octets."""
    if kind == CSV:
        return "".join(",".join(row) + "\r\n" for row in [HEAD, *rows]).encode()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEAD, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Store:
    """An organization with an administrator, and KEYS users with a key each, in a folder that httpd's children may use."""

    def __init__(self, folder, build):
        self.folder, self.build = pathlib.Path(folder), build
        self.folder.mkdir()
        self.orgauth("store", "init")
        self.orgauth("org", "create", "Bench", "--admin", "admin@bench.example")
        self.admin = json.loads(self.orgauth("key", "issue", "--user", "admin@bench.example", "--org", "bench"))["key"]
        self.keys = seed.fill(self.folder / "orgauth.db", seed.read_master(self.folder / "secret"), KEYS, "bench")
        self.orgauth("setting", "set", "site.public_url", "https://bench.example")
        for name in [self.folder, *self.folder.iterdir()]:
            shutil.chown(name, "www-data", "www-data")

    def orgauth(self, *words):
        return run.orgauth(self.build, self.folder, *words)

    def words(self, *words):
        return [str(self.build / "orgauth"), "--store", str(self.folder / "orgauth.db"), "--secret-file", str(self.folder / "secret"), "--json", *words]


class Pulse:
    """Asks for a protected file at a steady rate while it is open; times, in seconds, from when each request was due."""

    def __init__(self, port, keys, rate):
        self.link, self.keys, self.pause = http.client.HTTPConnection("127.0.0.1", port), keys, 1 / rate
        self.times, self.ended = [], threading.Event()

    def ask(self):
        self.link.request("GET", "/area/file.txt", headers={"X-API-Key": random.choice(self.keys)})
        answer = self.link.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"a request with a key: {answer.status}")

    def beat(self):
        due = time.perf_counter()
        while not self.ended.is_set():
            self.ask()
            self.times.append(time.perf_counter() - due)
            due += self.pause
            time.sleep(max(0, due - time.perf_counter()))

    def __enter__(self):
        self.thread = threading.Thread(target=self.beat)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.link.close()


def status_kib(pid, name):
    """Of a process; 0 when it has ended."""
    return next((int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith(name + ":")), 0)


def wait_for(pid):
    """Until it ends: its status, its use of the processor, and the peak of its memory in KiB, looked at every two milliseconds (what wait4 says of that is
    the peak of this program here, where that is larger)."""
    peak, ended = 0, 0
    while not ended:
        peak = max(peak, status_kib(pid, "VmHWM"))
        time.sleep(0.002)
        ended, status, usage = os.wait4(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, peak


class CommandLine:
    """Imports by the command: seconds on the clock, on a processor, and the peak of its memory in MiB."""

    def __init__(self, store, server):
        self.store = store

    def send(self, octets, kind, dry):
        with tempfile.NamedTemporaryFile(dir=self.store.folder) as file, open(os.devnull, "wb") as nowhere:
            file.write(octets)
            file.flush()
            began = time.perf_counter()
            process = subprocess.Popen(self.store.words("user", "import", file.name, "--org", "bench", *(["--dry-run"] if dry else [])), stdout=nowhere, stderr=nowhere)
            process.returncode, cpu, peak = wait_for(process.pid)
            if process.returncode != 0:
                raise SystemExit(f"the import failed: exit {process.returncode}")
            return time.perf_counter() - began, cpu, peak / 1024


class Rest:
    """Imports by POST; the memory is by how much the largest child of httpd grew."""

    def __init__(self, store, server):
        self.store, self.server = store, server

    def children(self):
        return [pid for pid in servers.tree(self.server.process.pid) if pid != self.server.process.pid]

    def send(self, octets, kind, dry):
        for pid in self.children():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
        before = {pid: status_kib(pid, "VmRSS") for pid in self.children()}
        link = http.client.HTTPConnection("127.0.0.1", self.server.port)
        cpu, began = self.server.cpu_ns(), time.perf_counter()
        link.request("POST", "/orgauth/v1/orgs/bench/imports" + ("?dry_run=true" if dry else ""), octets,
                     {"Authorization": "Bearer " + self.store.admin, "Content-Type": kind})
        answer = link.getresponse()
        body = answer.read()
        took, cpu = time.perf_counter() - began, (self.server.cpu_ns() - cpu) / 1e9
        link.close()
        if answer.status != 200:
            raise SystemExit(f"the import failed: {answer.status} {body[:300]}")
        return took, cpu, max(status_kib(pid, "VmHWM") - size for pid, size in before.items()) / 1024


KINDS = [(f"{what} {name}, {way.__name__}", way, kind, action, dry)
         for what, action, dry in (("preview", "create", True), ("create", "create", False), ("invite", "invite", False))
         for name, kind in (("CSV", CSV), (".xlsx", XLSX)) for way in (CommandLine, Rest)]


def percentile(times, share):
    return sorted(times)[int(len(times) * share)] * 1000


class Bench:
    def __init__(self, options, folder):
        self.options, self.made = options, 0
        self.store = Store(os.path.join(folder, "store"), options.build)
        load = f"LoadModule orgauth_module {options.build}/mod_orgauth/.libs/mod_orgauth.so\n"
        lines = (f"OrgAuthStore {self.store.folder}/orgauth.db\nOrgAuthSecretFile {self.store.folder}/secret\n"
                 "<Location /orgauth>\nSetHandler orgauth-admin\n</Location>")
        self.server = servers.Server("imports", folder, servers.httpd("AuthType OrgAuth\nAuthName bench\nRequire valid-user", load, lines))

    def pulse(self):
        return Pulse(self.server.port, self.store.keys, self.options.rate)

    def kind(self, name, way, kind, action, dry):
        way, rounds, calm, busy, wait = way(self.store, self.server), [], [], [], 1.0
        for _ in range(self.options.rounds):
            octets = table(kind, people(self.made, self.options.lines, action))
            self.made += self.options.lines
            with self.pulse() as pulse:
                time.sleep(wait)
            calm += pulse.times
            with self.pulse() as pulse:
                rounds.append(way.send(octets, kind, dry))
            busy += pulse.times
            wait = rounds[-1][0]
        row = {"name": name, "rounds": rounds, "seconds": statistics.median(r[0] for r in rounds), "most_seconds": max(r[0] for r in rounds),
               "cpu": statistics.median(r[1] for r in rounds), "mib": max(r[2] for r in rounds),
               "calm_p50": percentile(calm, .5), "calm_p99": percentile(calm, .99), "busy_p50": percentile(busy, .5),
               "busy_p99": percentile(busy, .99), "busy_most": max(busy) * 1000, "requests": len(busy)}
        print("| {name} | {seconds:.2f} | {most_seconds:.2f} | {cpu:.2f} | {mib:.1f} | {calm_p50:.2f} / {calm_p99:.2f} | {busy_p50:.2f} / {busy_p99:.2f} "
              "| {busy_most:.0f} |".format(**row), flush=True)
        return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", type=lambda name: pathlib.Path(name).resolve(), help="folder in which all was built")
    parser.add_argument("--lines", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=500, help="key requests a second")
    parser.add_argument("--only", default="", help="only the kinds whose name has this text")
    parser.add_argument("--json", default="imports.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orgauth-imports-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(options, folder)
        print("| Import | Seconds, median | most | CPU, s | Memory, MiB | Key requests before, ms, p50 / p99 | meanwhile | most |\n|---|---|---|---|---|---|---|---|",
              flush=True)
        try:
            rows = [bench.kind(*kind) for kind in KINDS if options.only in kind[0]]
        finally:
            bench.server.stop()
        words = {name: str(value) for name, value in vars(options).items()}
        pathlib.Path(options.json).write_text(json.dumps({"machine": run.machine(), "options": words, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
