# SPDX-License-Identifier: Apache-2.0
"""Restarts, recycled and killed children: no request is lost, no count is wrong, nothing of root's is left behind."""

import os
import pwd
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.httpd import CGID_HURRIED, CHILD, Site, place

from conftest import PASSWORD

CONFIG = "".join([place("/file/any", "Require valid-user"), place("/proxy/any", "Require valid-user")])


class Load:
    """Requests without pause from `threads` threads, each on a connection of its own, while the body of `with` runs."""

    def __init__(self, site, threads, **request):
        self.site, self.request = site, request
        self.statuses, self.troubles = [], []
        self._end = threading.Event()
        self._begun = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._run) for _ in range(threads)]

    def _run(self):
        while not self._end.is_set():
            try:
                self.statuses.append(self.site.request("GET", **self.request).status)
            except OSError as trouble:
                self.troubles.append(trouble)
            self._begun.release()

    def wait(self, requests):
        """Until so many further requests have ended."""
        for _ in range(requests):
            self._begun.acquire()

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait(len(self._threads))
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("path", ["/file/any", "/proxy/any"])
def test_graceful_restarts_under_load_lose_nothing(site, people, path):
    site.expect(CGID_HURRIED)
    with Load(site, 8, path=path, key=people.viewer.key) as load:
        for _ in range(5):
            site.graceful()
            load.wait(50)
    assert load.troubles == []
    assert set(load.statuses) == {200}


def test_logins_survive_graceful_restarts_under_load(site, people):
    site.expect(CGID_HURRIED)
    login = (people.viewer.email, people.viewer.password)
    with Load(site, 4, path="/file/any", login=login) as load:
        for _ in range(3):
            site.graceful()
            load.wait(20)
    assert load.troubles == []
    assert set(load.statuses) == {200}


def test_children_recycled_after_few_requests_lose_nothing(site, people):
    """Without the module, too, httpd resets one connection in some ten thousand, when a child of the event MPM ends: so a client tries again, once."""
    site.restart(site.config + "MaxConnectionsPerChild 20\n")

    def get(_):
        try:
            return site.get("/file/any", key=people.viewer.key).status
        except ConnectionResetError:
            return site.get("/file/any", key=people.viewer.key).status

    with ThreadPoolExecutor(8) as clients:
        assert set(clients.map(get, range(400))) == {200}


def test_a_killed_child_leaves_counts_and_store_right(site, newcomer):
    """What was answered is counted; at most the attempts in flight are not."""
    site.expect(r"OA010\d\d: ", r"AH00052: child pid \d+ exit signal Killed", "cgid", "AH01257")
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.deny_after", "1000")
    try:
        with Load(site, 4, path="/file/any", login=(person.email, "a wrong password, but long")) as load:
            load.wait(8)
            for child in site.children():
                if os.path.exists(f"/proc/{child}"):
                    os.kill(child, signal.SIGKILL)
            load.wait(20)
        answered = load.statuses.count(401)
        assert answered <= site.orgauth.failures(person.email)[0] <= answered + len(load.troubles)
        site.orgauth.run("store", "check")
        assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
    finally:
        site.orgauth.run("setting", "set", "login.deny_after", "10")
        site.restart()


@pytest.mark.parametrize("blow", ["SIGTERM", "SIGKILL"])
def test_ended_at_once_under_load_it_has_counted_what_it_answered(site, newcomer, blow):
    """By the signal that shuts a host down, or, all its processes, by the one that nobody can heed."""
    site.expect(r".") # httpd closes sockets under the threads that use them
    person = newcomer(password=PASSWORD)
    site.orgauth.run("setting", "set", "login.deny_after", "1000")
    with Load(site, 4, path="/file/any", login=(person.email, "a wrong password, but long")) as load:
        load.wait(12)
        (os.killpg if blow == "SIGKILL" else os.kill)(site.process.pid, getattr(signal, blow))
        site.process.wait(60)
        load.wait(4)
    answered = load.statuses.count(401)
    assert answered <= site.orgauth.failures(person.email)[0] <= answered + len(load.troubles)
    site.orgauth.run("store", "check")
    site.orgauth.run("audit", "verify")
    site.process = None
    site.start()
    assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200, "with places that nobody gave back, too"
    assert site.orgauth.failures(person.email) == (0, 0)
    site.orgauth.run("setting", "set", "login.deny_after", "10")


def test_after_all_of_it_the_store_and_its_files_are_httpds_alone(site, people):
    site.graceful()
    assert site.get("/file/any", key=people.viewer.key).status == 200
    for path in [site.store.parent, *site.store.parent.iterdir()]:
        found = path.stat()
        assert pwd.getpwuid(found.st_uid).pw_name == CHILD, path
        assert found.st_mode & 0o027 == 0, path
    site.orgauth.run("store", "check")
    site.orgauth.run("audit", "verify")


def test_httpd_without_roots_power_needs_no_user_directive():
    """As ./quickstart starts it for somebody who is not root. Passwords need what all children share."""
    with Site(CONFIG) as site:
        site.rootless = True
        site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
        person = site.orgauth.person("ann@acme.example", password=PASSWORD)
        subprocess.run(["chown", "-R", CHILD, str(site.root)], check=True)
        site.start()
        assert site.get("/file/any", login=(person.email, PASSWORD)).status == 200
        assert site.get("/file/any", key=person.key).status == 200
        assert site.unexpected() == []
