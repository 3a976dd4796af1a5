#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What protection costs, counted and not timed: instructions in user space and system calls per request, the same at every run.

  bench/count.py [--build DIR] [--only TEXT] [--requests N] [--top N] [--keep DIR]

Each case is one httpd in one process (-X) that answers N requests on one connection, first under callgrind, then under strace; what it did
before (start, warm-up) is not counted. In brackets: more than the same server unprotected. `--top` prints so many functions, with
what they call; `--keep` leaves callgrind's files. Needs root, valgrind and strace. Measure a build with -O2, which users have.
"""
import argparse
import base64
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run as matrix
import servers

WARM = 64
PAUSE = 0.003
PARTS = 5  # the middle one counts: in another a connection to the store may have been opened
USERS = 64
AS_USER = ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups"]


def single(command):
    return [word for word in command if word != "-DFOREGROUND"] + ["-X"]


class Counted(servers.Server):
    """httpd in one process under callgrind, which counts while a request is read and answered."""

    def __init__(self, name, folder, command, env=None):
        def counted(place, port):
            argv = single(command(place, port))
            for one in [place, *place.rglob("*")]:
                shutil.chown(one, "www-data", "www-data")
            return [*AS_USER, "valgrind", "--tool=callgrind", f"--callgrind-out-file={place}/callgrind.out",
                    f"--vgdb-prefix={place}/vgdb", "--toggle-collect=ap_read_request",
                    "--toggle-collect=ap_process_async_request", *argv]
        super().__init__(name, folder, counted, env)

    def control(self, what):
        subprocess.run([*AS_USER, "vgdb", f"--vgdb-prefix={self.folder}/vgdb", f"--pid={self.process.pid}", what],
                       check=True, capture_output=True)


class Client:
    """One connection that stays open."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.rest = b""

    def ask(self, header):
        self.socket.sendall(f"GET /area/file.txt HTTP/1.1\r\nHost: bench\r\n{header}\r\n\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.read()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        size = int(re.search(rb"content-length: (\d+)", head, re.I).group(1))
        while len(self.rest) < size:
            self.read()
        self.rest = self.rest[size:]

    def read(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit("the server closed the connection")
        self.rest += piece

    def ask_all(self, headers, count):
        """With a pause between, so that the server always finds the connection empty: else the counts would hang on who was faster."""
        for number in range(count):
            self.ask(headers[number % len(headers)])
            time.sleep(PAUSE)


def instructions(path):
    """The total of a callgrind file, and (cost, function) with what it calls, largest first."""
    text = subprocess.run(["callgrind_annotate", "--threshold=100", "--show-percs=no", "--inclusive=yes", str(path)],
                          capture_output=True, text=True, check=True).stdout
    rows = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+)\s+\S+?:(\S+)(?: \[(.*)\])?$", line)
        if found:
            name = f"{found.group(2)} {os.path.basename(found.group(3) or '')}"
            rows.setdefault(name, int(found.group(1).replace(",", "")))
    total = int(re.search(r"([\d,]+)\s+PROGRAM TOTALS", text).group(1).replace(",", ""))
    return total, sorted(((cost, name) for name, cost in rows.items()), reverse=True)


def system_calls(pid, act):
    """What `act` makes the process call: {name: count}."""
    with tempfile.NamedTemporaryFile("r") as out:
        tracer = subprocess.Popen(["strace", "-f", "-qq", "-c", "-o", out.name, "-p", str(pid)], stderr=subprocess.DEVNULL)
        while f"TracerPid:\t{tracer.pid}" not in open(f"/proc/{pid}/status").read():
            time.sleep(0.01)
        act()
        tracer.send_signal(2)
        tracer.wait()
        rows = [line.split() for line in out.read().splitlines()]
    return {row[-1]: int(row[3]) for row in rows if len(row) >= 5 and row[0][0].isdigit() and row[-1] != "total"}


class Case:
    """One httpd, and which other case it is compared with."""

    made = 0

    def __init__(self, name, location, load="", server="", headers=(), env=None, base=None):
        Case.made += 1
        self.name, self.location, self.load, self.server = name, location, load, server
        self.headers, self.env, self.base, self.number = list(headers), env or {}, base, Case.made

    def command(self):
        return servers.httpd(self.location, self.load, self.server, mmap=False)

    def folder_name(self, tool):
        return f"{tool}-{self.number:02}"  # of one length, since httpd walks the path

    def count_instructions(self, folder, options):
        server = Counted(self.folder_name("callgrind"), folder, self.command(), self.env)
        client = Client(server.port)
        client.ask_all(self.headers, WARM)
        server.control("zero")
        for _ in range(PARTS):
            client.ask_all(self.headers, options.requests // PARTS)
            server.control("dump")
        server.stop()
        profiles = sorted(server.folder.glob("callgrind.out.*"), key=lambda path: instructions(path)[0])
        profile = profiles[len(profiles) // 2]
        if options.keep:
            shutil.copy(profile, pathlib.Path(options.keep) / (re.sub(r"\W+", "-", self.name) + ".out"))
        total, rows = instructions(profile)
        count = options.requests // PARTS
        return total / count, [(cost / count, name) for cost, name in rows]

    def count_calls(self, folder, options):
        server = servers.Server(self.folder_name("strace"), folder,
                                lambda place, port: single(self.command()(place, port)), self.env)
        client = Client(server.port)
        client.ask_all(self.headers, WARM)
        calls = system_calls(server.process.pid, lambda: client.ask_all(self.headers, options.requests))
        server.stop()
        return {name: number / options.requests for name, number in calls.items() if number >= options.requests / 2}


def cases(bench):
    store = bench.store(USERS)
    load, server, location = bench.module(store)
    keys = [f"X-API-Key: {key}" for key in (store / "keys.txt").read_text().split()]
    password = store / "basic"
    password.write_text("u:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")  # "secret"
    basic = ["Authorization: Basic " + base64.b64encode(b"u:secret").decode()]

    bare = Case("unprotected", "Require all granted", headers=keys)
    yield bare
    yield Case("unprotected, module loaded", "Require all granted", load, server, keys, base=bare)
    yield Case("mod_auth_basic + mod_authn_file", f"AuthType Basic\nAuthName x\nAuthUserFile {password}\nRequire valid-user",
               servers.modules("authn_file"), headers=basic, base=bare)
    yield Case("cached", location, load, server, keys, base=bare)
    yield Case("cached, Require orgauth-role", location.replace("valid-user", "orgauth-role Editor Viewer"), load, server,
               keys, base=bare)
    yield Case("cached, Require orgauth-access", location.replace("valid-user", "orgauth-access") + "\nOrgAuthModule demo",
               load, server, keys, base=bare)
    yield Case("cached, OrgAuthOrg", location + "\nOrgAuthOrg bench", load, server, keys, base=bare)
    yield Case("every request a miss", location, load, server, keys, {"ORGAUTH_NO_CACHE": "1"}, base=bare)

    back = servers.Server("back-end", bench.folder, servers.httpd("Require all granted"))
    proxy = servers.modules("proxy", "proxy_http")
    target = f"ProxyPass /area http://127.0.0.1:{back.port}/area\n"
    bare = Case("unprotected, proxied", "Require all granted", proxy, target, keys)
    yield bare
    yield Case("cached, proxied", location, load + proxy, server + target, keys, base=bare)
    back.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", default="", help="only the cases whose name has this text, and what they are compared with")
    parser.add_argument("--requests", type=int, default=320)
    parser.add_argument("--top", type=int, default=0)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orgauth-count-") as folder:
        os.chmod(folder, 0o755)
        totals = {}
        try:
            for case in cases(matrix.Bench(options, folder)):
                if case.base is not None and options.only not in case.name:
                    continue
                total, rows = case.count_instructions(folder, options)
                calls = case.count_calls(folder, options)
                totals[case] = total, sum(calls.values())
                more = [a - b for a, b in zip(totals[case], totals.get(case.base, totals[case]))]
                print(f"{case.name}: {total:.0f} instructions ({more[0]:+.0f}), {totals[case][1]:.1f} system calls ({more[1]:+.1f}): "
                      + ", ".join(f"{name} {number:.1f}" for name, number in sorted(calls.items())), flush=True)
                for cost, name in rows[:options.top]:
                    print(f"  {cost:8.0f} {name}")
        finally:
            for server in list(servers.Server.running):
                server.stop()


if __name__ == "__main__":
    main()
