# SPDX-License-Identifier: Apache-2.0
"""Every kind of secret is planted, used, misused and mistyped; then it is looked for wherever it has no business (I8): logs, answers, environment, command
lines, the trail, the outbox with mails that wait, the store's files, a backup, an export."""

import json
from pathlib import Path

import pytest

from browser import OTHER, PASSWORD, logged_in, person
from conftest import Caller

CANARY = "canary in a password field 4711"


@pytest.fixture(scope="module")
def planted(running):
    """{what: secret}, after all of it was used in every way."""
    running.begin_test()
    orgauth = running.orgauth
    for name, value in (("site.public_url", "https://site.example"), ("mail.relay", "smtp://127.0.0.1:9"), ("key.reveal", "on")):
        orgauth.run("setting", "set", name, value)
    email = person(running, "bird@acme.example")
    secrets = {"password": PASSWORD, "wrong password": CANARY, "new password": OTHER, "key": orgauth.key(email), "token": orgauth.key(email, "acme", "--jwt")}
    secrets["reset"] = orgauth.json("user", "send-reset", email, "--print-link")["link"].rsplit("/", 1)[1]
    secrets["invitation"] = orgauth.json("invitation", "send", "egg@else.example", "--org", "acme", "--role", "Viewer",
                                         "--print-link")["items"][0]["link"].rsplit("/", 1)[1]
    browser = logged_in(running, email)
    secrets["session"] = browser.cookie.split("=")[1]
    secrets["ended session"] = (first := logged_in(running, email)).cookie.split("=")[1]
    first.delete("/sessions")
    running.said = [use(running, browser, email, secrets)]
    secrets["key of one's own"] = browser.post("/me/keys", {}).json["key"]
    secrets["rotated key"] = browser.post("/me/keys/key_" + secrets["key of one's own"].split("_")[1] + "/rotate", {}).json["key"]
    browser.post("/me/password", {"current": CANARY, "password": OTHER})
    browser.post("/me/password", {"current": PASSWORD, "password": OTHER})
    yield secrets
    for name in ("site.public_url", "mail.relay", "key.reveal"):
        orgauth.run("setting", "set", name, "")


def use(site, browser, email, secrets):
    """What was answered to secrets in their places and in others'."""
    nobody, answers = Caller(site), []
    for secret in secrets.values():
        for path in ("/invitations/{}", "/password-resets/{}", "/me/keys/{}", "/orgs/{}", "/orgs/acme/users/{}", "/{}"):
            for method in ("GET", "POST", "PUT"):
                if len(secret) > 40: # what may be told from a word
                    answers.append(nobody(method, path.format(secret.replace(" ", "%20")), {} if method != "GET" else None))
        answers.append(nobody.post("/sessions", {"email": email, "password": secret[:-1] + "!"}))
        answers.append(site.get("/orgauth/v1/me", headers=[("X-API-Key", secret)]))
        answers.append(site.get("/orgauth/v1/me", headers=[("Cookie", f"orgauth={secret.replace(' ', '')}")]))
        site.orgauth.run("user", "validate", email)
    answers.append(browser.get("/me/keys"))
    return b"".join(answer.body + repr(answer.headers).encode() for answer in answers)


def everywhere(site, backup):
    site.orgauth.run("store", "checkpoint")
    site.orgauth.run("store", "backup", backup)
    places = {str(path): path.read_bytes() for path in site.root.rglob("*") if path.is_file() and path != site.secret}
    for pid in [site.process.pid, *site.children()]:
        places |= {f"/proc/{pid}/{name}": Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline")}
    for words in (["audit", "list", "--limit", "1000"], ["audit", "export"], ["mail", "list", "--limit", "1000"], ["user", "export", "--org", "acme"],
                  ["key", "list", "--org", "acme"], ["invitation", "list", "--org", "acme"], ["setting", "list"], ["doctor"], ["store", "status"]):
        done = site.orgauth.run(*words, code=None if words == ["doctor"] else 0)
        places[" ".join(words)] = (done.stdout + done.stderr).encode()
    return places


def spellings(secret):
    """As it is, as JSON spells it, and the secret part of a key alone."""
    yield secret.encode()
    yield json.dumps(secret)[1:-1].encode()
    if secret.startswith("oak_"):
        yield secret.split("_")[2].encode()


def test_no_secret_is_anywhere_but_with_its_holder(site, planted, tmp_path):
    site.expect("OA010", "OA04")
    places = {**everywhere(site, tmp_path / "backup.db"), "backup": (tmp_path / "backup.db").read_bytes(), "answers": site.said[0]}
    master = site.secret.read_text().strip()
    secrets = {**planted, "master secret": master}
    found = [(what, where) for what, secret in secrets.items() for where, text in places.items() for spelled in spellings(secret) if spelled in text]
    found += [("master secret, raw", where) for where, text in places.items() if bytes.fromhex(master) in text]
    assert found == []
    assert len(site.orgauth.items("mail", "list", "--status", "WAITING")) >= 2, "mails that wait hold their links"
