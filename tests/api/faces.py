# SPDX-License-Identifier: Apache-2.0
"""The two faces of the administration, as one: what an administrator of acme does by the REST API, and the operator by the command line. A test that
is given `face` is done once by each."""

from urllib.parse import quote, urlencode

import pytest

OPTIONS = {"q": "search", "module": "module", "networks": "network", "permissions": "permission", "apis": "api", "required_fields": "required-field",
           "users": "user", "sub_orgs": "sub-org", "modules": "module"}


def options(arguments):
    """{"first_name": "Ann", "apis": ["a", "b"], "system": True} -> --first-name Ann --api a --api b --system"""
    for name, value in arguments.items():
        option = "--" + OPTIONS.get(name, name).replace("_", "-")
        for each in value if isinstance(value, list) else [value]:
            yield from [option] if each is True else [option, str(each)]


class Rest:
    """Paths below /v1/orgs/acme."""

    def __init__(self, caller):
        self.caller = caller

    def _done(self, answer):
        assert answer.status in (200, 201, 204), answer.body
        return answer.json if answer.body else None

    def get(self, path, **query):
        return self._done(self.caller.get(f"/orgs/acme{path}" + ("?" + urlencode(query) if query else "")))

    def post(self, path, **body):
        return self._done(self.caller.post(f"/orgs/acme{path}", body))

    def delete(self, path, **query):
        return self._done(self.caller.delete(f"/orgs/acme{path}" + ("?" + urlencode(query) if query else "")))

    def users(self, **query):
        return self.get("/users", **query)

    def user(self, email):
        return self.get("/users/" + quote(email))

    def create(self, email, **body):
        return self.post("/users", email=email, **body)

    def add(self, emails, role):
        return self.post("/members", emails=emails, role=role)

    def do(self, verb, email, **body):
        """ban, validate, activate, deactivate"""
        return self.post(f"/users/{quote(email)}/{verb}", **body)

    def set_password(self, email, password):
        return self.do("set-password", email, password=password)

    def send_reset(self, email):
        return self.do("send-reset", email)

    def set_role(self, email, role):
        return self.do("set-role", email, role=role)

    def confine(self, email, **body):
        return self.do("confine", email, **body)

    def remove(self, email):
        return self.delete("/users/" + quote(email))

    def import_users(self, text):
        return self._done(self.caller.post("/orgs/acme/imports", text.encode(), headers=[("Content-Type", "text/csv")]))

    def import_attachments(self, text):
        return self._done(self.caller.post("/orgs/acme/attachments", text.encode(), headers=[("Content-Type", "text/csv")]))

    def invite(self, emails, **body):
        return self.post("/invitations", emails=emails, **body)["items"]

    def resend(self, invitation):
        return self.post(f"/invitations/{invitation}/resend")

    def revoke_invitation(self, invitation):
        self.delete(f"/invitations/{invitation}")

    def register(self, name):
        return self.post("/apis", name=name)

    def apis(self):
        return self.get("/apis", limit=1000)["items"]

    def attach(self, api, users, **body):
        return self.post(f"/apis/{api}/attachments", users=users, **body)

    def detach(self, api, user):
        return self.delete(f"/apis/{api}/attachments", users=user)

    def api_users(self, api):
        return self.get(f"/apis/{api}/users")["items"]

    def issue(self, email, **body):
        return self.post(f"/users/{quote(email)}/keys", **body)

    def rotate(self, email, key, **body):
        return self.post(f"/users/{quote(email)}/keys/{key}/rotate", **body)

    def revoke(self, email, key):
        return self.delete(f"/users/{quote(email)}/keys/{key}")

    def create_role(self, name, permissions, **body):
        return self.post("/roles", name=name, permissions=permissions, **body)

    def events(self, **query):
        return self.get("/audit", **query)["items"]

    def messages(self, email):
        return self.get(f"/users/{quote(email)}/messages")["items"]


class Command:
    """The same by `orgauth`."""

    def __init__(self, orgauth):
        self.orgauth = orgauth

    def _run(self, *words, stdin="", **arguments):
        return self.orgauth.json("--yes", *words, *options(arguments), stdin=stdin)

    def users(self, **query):
        return self._run("user", "list", org="acme", **query)

    def user(self, email):
        return self._run("user", "show", email, org="acme")

    def create(self, email, **body):
        return self._run("user", "create", email, org="acme", **body)

    def add(self, emails, role):
        return self._run("user", "add", *emails, org="acme", role=role)

    def do(self, verb, email):
        return self._run("user", verb, email, org="acme")

    def set_password(self, email, password):
        return self._run("user", "set-password", email, "--password-stdin", org="acme", stdin=password + "\n")

    def send_reset(self, email):
        return self.do("send-reset", email)

    def set_role(self, email, role):
        return self._run("user", "set-role", email, org="acme", role=role)

    def confine(self, email, **body):
        return self._run("user", "confine", email, org="acme", **body)

    def remove(self, email):
        return self.do("remove", email)

    def _import(self, noun, text):
        return self._run(noun, "import", "-", org="acme", stdin=text)

    def import_users(self, text):
        return self._import("user", text)

    def import_attachments(self, text):
        return self._import("api", text)

    def invite(self, emails, **body):
        return self._run("invitation", "send", *emails, org="acme", **body)["items"]

    def resend(self, invitation):
        return self._run("invitation", "resend", invitation)

    def revoke_invitation(self, invitation):
        self._run("invitation", "revoke", invitation)

    def register(self, name):
        return self._run("api", "register", name, org="acme")

    def apis(self):
        return self._run("api", "list", org="acme")["items"]

    def attach(self, api, users, **body):
        return self._run("api", "attach", api, org="acme", users=users, **body)

    def detach(self, api, user):
        return self._run("api", "detach", api, org="acme", users=[user])

    def api_users(self, api):
        return self._run("api", "users", api, org="acme")["items"]

    def issue(self, email, **body):
        return self._run("key", "issue", user=email, org="acme", **body)

    def rotate(self, email, key, **body):
        return self._run("key", "rotate", key, user=email, **body)

    def revoke(self, email, key):
        return self._run("key", "revoke", key, user=email)

    def create_role(self, name, permissions, **body):
        return self._run("role", "create", name, org="acme", permissions=permissions, **body)

    def events(self, **query):
        return self._run("audit", "list", org="acme", **query)["items"]

    def messages(self, email):
        return self._run("user", "messages", email, org="acme")["items"]


def both(test):
    """Does the test by each face; it takes `face`."""
    return pytest.mark.parametrize("face", ["rest", "command"], indirect=True)(test)


def make(name, admin):
    return {"rest": lambda: Rest(admin), "command": lambda: Command(admin.site.orgauth)}[name]()
