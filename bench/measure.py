# SPDX-License-Identifier: Apache-2.0
"""One round of load, rounds in pairs, and what commits meanwhile."""
import os
import pathlib
import random
import sqlite3
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    """A round whose figures say nothing."""


def load(server, work, header, seconds, path, draw):
    """One round: figures of the client and of the server's CPU."""
    before = server.cpu_ns()
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", str(HERE / "load.lua"),
         f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True,
        env={**os.environ, "BENCH_WORK": str(work), "BENCH_HEADER": header, "BENCH_DRAW": draw,
             "BENCH_SEED": str(random.randrange(1 << 30))}).stdout
    requests, duration, p50, p99, errors = map(int, next(
        line for line in out.splitlines() if line.startswith("FIGURES")).split()[1:])
    # A few time out when the machine gives the server no time; refusals would be nearly all.
    if errors > requests // 1000 or not requests:
        raise Failed(f"{server.name}: {errors} of {requests} requests failed; see {server.folder}")
    return {"cpu_us": (server.cpu_ns() - before) / 1e3 / requests, "rps": requests * 1e6 / duration, "p50_us": p50,
            "p99_us": p99, "requests": requests}


class Commits:
    """Another process that commits 100 times a second while it is open: harmless changes that void caches as real ones do."""

    def __init__(self, store):
        self.store = store

    def position(self):
        db = sqlite3.connect(self.store)
        (position,) = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change_log'").fetchone()
        db.close()
        return position

    def __enter__(self):
        self.began, self.first = time.monotonic(), self.position()
        self.process = subprocess.Popen([sys.executable, str(HERE / "commits.py"), str(self.store), "100"])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.per_second = (self.position() - self.first) / (time.monotonic() - self.began)


def pair(name, bare, protected, work, header, path, draw, options):
    """Interleaved rounds; medians of the figures and of the differences and ratios within each pair."""
    rounds = []
    for number in range(options.rounds):
        order = [bare, protected] if number % 2 == 0 else [protected, bare]
        figures = {server: load(server, work, header, options.seconds, path, draw) for server in order}
        rounds.append((figures[bare], figures[protected]))
    median = statistics.median
    return {"name": name,
            "added_us": median(b["cpu_us"] - a["cpu_us"] for a, b in rounds),
            "cpu_ratio": median(b["cpu_us"] / a["cpu_us"] for a, b in rounds),
            "rps_ratio": median(b["rps"] / a["rps"] for a, b in rounds),
            "bare": {key: median(a[key] for a, _ in rounds) for key in rounds[0][0]},
            "protected": {key: median(b[key] for _, b in rounds) for key in rounds[0][1]},
            "rounds": rounds}
