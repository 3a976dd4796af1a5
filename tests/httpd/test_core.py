# SPDX-License-Identifier: Apache-2.0
"""What a child that crashes leaves behind: nothing, unless the site asked for it, and then none of the site's own secrets (I8)."""

import hashlib
import os
import resource
import shutil
import signal
from pathlib import Path

import pytest

from support.httpd import CHILD, Site, place

from conftest import PASSWORD

CONFIG = place("/file/any", "Require valid-user") + '<Location "/orgauth">\n  SetHandler orgauth-admin\n</Location>\n'
SUBKEYS = range(1, 9)
pytestmark = pytest.mark.skipif(os.geteuid() != 0 or "asan" in os.environ.get("ORGAUTH_PRELOAD", "") or "/" in
                                Path("/proc/sys/kernel/core_pattern").read_text() or "|" in Path("/proc/sys/kernel/core_pattern").read_text(),
                                reason="wants root, no sanitizer, and cores in the working directory")


@pytest.fixture
def cores_allowed():
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


def crash_of(site, person):
    """The cores of all children, after they have seen every kind of credential."""
    token = site.orgauth("key", "issue", "--user", person.email, "--org", "acme", "--jwt")
    for child in site.children():
        for how in ({"key": person.key}, {"key": token}, {"login": (person.email, PASSWORD)}):
            assert {answer.status for answer in site.parallel(20, 10, method="GET", path="/file/any", **how)} == {200}
    site.expect("AH0005[12]: child pid", "cgid", "AH01257")
    for child in site.children():
        os.kill(child, signal.SIGABRT)
    site._wait(lambda: site.log().count("AH0005") >= 2, "notice that its children crashed")
    return [path for path in [*site.root.rglob("core*")] if path.is_file()]


def site_secrets(site):
    """The master secret, and all that is derived from it (crypto_kdf)."""
    text = site.secret.read_text().strip()
    master = bytes.fromhex(text)
    derived = [hashlib.blake2b(digest_size=32, key=master, salt=number.to_bytes(16, "little"), person=b"orgauth1".ljust(16, b"\0")).digest()
               for number in SUBKEYS]
    return {"the master secret": master, "its text": text.encode(), **{f"sub-key {number}": key for number, key in zip(SUBKEYS, derived)}}


def test_where_cores_are_asked_for_they_hold_no_secret_of_the_site(site, newcomer, cores_allowed):
    person = newcomer(password=PASSWORD)
    cores = site.root / "cores"
    cores.mkdir()
    shutil.chown(cores, CHILD, CHILD)
    site.restart(site.config + "CoreDumpDirectory {root}/cores\n")
    found = crash_of(site, person)
    assert found, "no core, though one was asked for"
    for path in found:
        core = path.read_bytes()
        assert [what for what, secret in site_secrets(site).items() if secret in core] == []
    site.stop()


def test_where_none_is_asked_for_there_is_none(cores_allowed):
    """Also where httpd is not root's, whose children the kernel would let dump."""
    with Site(CONFIG) as site:
        site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
        person = site.orgauth.equip("admin@acme.example", password=PASSWORD)
        for path in [site.root, *site.root.rglob("*")]:
            shutil.chown(path, CHILD, CHILD)
        plain = site.command
        site.command = lambda *args: ["setpriv", f"--reuid={CHILD}", f"--regid={CHILD}", "--clear-groups", *plain(*args)]
        site.start()
        assert crash_of(site, person) == []
