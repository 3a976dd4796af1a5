# SPDX-License-Identifier: Apache-2.0
"""The portal as a site installs it, in a Site of the tests."""

import json
import subprocess

from .command import BUILD, ROOT
from .httpd import Site

PASSWORD = "correct horse battery staple"


def included():
    """conf/orgauth-portal.conf for a ServerRoot, as the end of httpd.conf."""
    return (ROOT / "conf/orgauth-portal.conf.in").read_text().replace("@portaldir@", "{root}/portal")


class Portal(Site):
    """An httpd that serves the portal, with what `config` adds; it is built by the same rule that installs it."""

    def __init__(self, config=""):
        super().__init__(included() + config)
        self.base = f"http://127.0.0.1:{self.port}"
        subprocess.run(["make", "-s", "-C", str(BUILD), "install-nobase_dist_portalrootDATA", f"portalrootdir={self.root}"],
                       check=True, capture_output=True)
        for path in (self.root / "portal").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)

    @property
    def url(self):
        return self.base + "/portal/"

    def mail_by(self, relay):
        for name, value in (("site.public_url", self.base), ("site.name", "Acme Login"), ("mail.relay", relay.url),
                            ("mail.from", "login@acme.example")):
            self.orgauth.run("setting", "set", name, value)

    def person(self, email, role="Viewer", org="acme", first="", last=""):
        """A new user with PASSWORD and these names; the e-mail."""
        names = [*(["--first-name", first] if first else []), *(["--last-name", last] if last else [])]
        self.orgauth("user", "create", email, "--org", org, "--role", role, *names, "--password-stdin", stdin=PASSWORD + "\n")
        return email

    def api(self, method, path, body=None, cookie=None):
        """The REST API as the portal's own pages use it."""
        headers = [("Content-Type", "application/json"), ("Origin", self.base), *([("Cookie", cookie)] if cookie else [])]
        octets = json.dumps(body).encode() if body is not None else b""
        return self.request(method, "/orgauth/v1" + path, headers=headers, body=octets)

    def session(self, email, password=PASSWORD):
        """Logs in without a browser: the cookie."""
        answer = self.api("POST", "/sessions", {"email": email, "password": password})
        assert answer.status == 201, answer.body
        return answer.header("Set-Cookie").split(";")[0]
