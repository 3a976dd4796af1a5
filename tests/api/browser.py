# SPDX-License-Identifier: Apache-2.0
"""A browser that is logged in: its cookie, and the fields that a page of the same site sends."""

from conftest import Caller

PASSWORD = "correct horse battery staple"
OTHER = "quite another horse entirely"


class Browser:
    def __init__(self, site):
        self.site, self.cookie = site, None

    def __call__(self, method, path, body=None, headers=(), origin=True):
        fields = [*headers, *([("Cookie", self.cookie)] if self.cookie else [])]
        if origin:
            fields.append(("Origin", f"http://127.0.0.1:{self.site.port}"))
        answer = Caller(self.site)(method, path, body, headers=fields)
        if set_cookie := answer.header("Set-Cookie"):
            pair, *attributes = set_cookie.split("; ")
            assert {"Path=/", "HttpOnly", "SameSite=Strict"} <= set(attributes)
            self.cookie = None if "Max-Age=0" in attributes else pair
        return answer

    def get(self, path, **how):
        return self("GET", path, **how)

    def post(self, path, body=None, **how):
        return self("POST", path, body if body is not None else {}, **how)

    def patch(self, path, body):
        return self("PATCH", path, body, headers=[("If-Match", "*")])

    def delete(self, path, **how):
        return self("DELETE", path, **how)

    def log_in(self, email, password=PASSWORD):
        return self.post("/sessions", {"email": email, "password": password})


def person(site, email, role="Viewer", org="acme"):
    """A new user with PASSWORD; the e-mail."""
    site.orgauth("user", "create", email, "--org", org, "--role", role, "--password-stdin", stdin=PASSWORD + "\n")
    return email


def logged_in(site, email, password=PASSWORD):
    browser = Browser(site)
    assert browser.log_in(email, password).status == 201
    return browser
