# SPDX-License-Identifier: Apache-2.0
"""No secret in a log, an answer, a process's environment or argv, or the store's files (I8); the store is sound after all (I10)."""

from pathlib import Path

import pytest

from support.httpd import place
from support.web import basic, bearer

from conftest import PASSWORD

CONFIG = "LogLevel warn orgauth:trace8\n" 'LogFormat "%h %r %>s %U%q %{Referer}i" all\nCustomLog logs/all.log all\n' + "".join([
    place("/cgi/any", "Require valid-user"),
    place("/proxy/any", "Require valid-user"),
    place("/cgi/editor", "Require orgauth-role Editor"),
    '<Location "/cgi/provider">\n  AuthType Basic\n  AuthName "Acme"\n  AuthBasicProvider orgauth\n  Require valid-user\n</Location>\n',
])
CANARY = "canary-in-a-wrong-password-77213"
PATHS = ("/cgi/any", "/proxy/any", "/cgi/editor", "/cgi/provider")


def files_below(root):
    return {path: path.read_bytes() for path in Path(root).rglob("*") if path.is_file()}


def processes(site):
    """environ and cmdline of httpd and its children."""
    return {f"/proc/{pid}/{name}": Path(f"/proc/{pid}/{name}").read_bytes()
            for pid in [site.process.pid, *site.children()] for name in ("environ", "cmdline")}


def others(key):
    """`key` with another secret and a right checksum would be a different key; here: its spelling cut and changed."""
    return [key[:-1], key.upper(), key[:30] + ("0" if key[30] != "0" else "1") + key[31:]]


@pytest.fixture
def answers(site, people):
    """What came back when every secret was presented in every way, right and wrong, also in wrong places."""
    site.expect(r"OA010\d\d: ", r"AH016\d\d", r"AH018\d\d")
    viewer = people.viewer
    ways = [[bearer(viewer.key)], [("X-API-Key", viewer.key)], [basic("x", viewer.key)], [basic(viewer.email, PASSWORD)],
            [basic(viewer.email, CANARY)], [basic("stranger@acme.example", PASSWORD)], [bearer(viewer.key), ("X-API-Key", viewer.key)],
            [bearer(CANARY)], [("X-API-Key", CANARY)], [("Authorization", f"Basic {CANARY}")],
            [("Authorization", f"Digest {CANARY}")], *([bearer(wrong)] for wrong in others(viewer.key))]
    pasted = [("/cgi/any", site.get(path, headers=[("Referer", "http://acme.example" + path), *wrong]))
              for path in (f"/cgi/any?api_key={viewer.key}", f"/cgi/any/{viewer.key}", f"/file/any/{viewer.key}", f"/nowhere/{viewer.key}?a={viewer.key}")
              for wrong in ([], [bearer(CANARY)], [basic(viewer.email, CANARY)])]
    return pasted + [(path, site.get(path, headers=headers)) for path in PATHS for headers in ways]


def test_no_secret_is_found_anywhere(site, people, answers):
    assert {answer.status for _, answer in answers} >= {200, 400, 401, 403}
    secrets = [people.viewer.key, people.viewer.key.split("_")[2], PASSWORD, CANARY]
    places = {**files_below(site.root), **processes(site)}
    places.pop(site.secret)
    for number, (path, answer) in enumerate(answers):
        places[f"answer {number} of {path}"] = answer.body + repr(answer.headers).encode()
    leaks = [(str(where), secret[:10]) for where, text in places.items() for secret in secrets if secret.encode() in text]
    assert leaks == []


def test_the_master_secret_stays_in_its_file(site, people, answers):
    master = site.secret.read_bytes().strip()
    places = {**files_below(site.root), **processes(site)}
    places.pop(site.secret)
    assert [str(where) for where, text in places.items() if master in text or bytes.fromhex(master.decode()) in text] == []


def test_the_store_is_sound_after_all_of_it(site, answers):
    checked = site.orgauth.json("store", "check")
    assert site.orgauth.select("PRAGMA integrity_check") == [("ok",)]
    assert site.orgauth.select("PRAGMA foreign_key_check") == []
    assert checked["sound"] is True
