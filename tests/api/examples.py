# SPDX-License-Identifier: Apache-2.0
"""One example for each operation: how its argument comes about, and the words of its command line.

EXAMPLES maps the operation's name to Example. In `arguments` and `words` {n} stands for the number of this run, so that the same can be done
twice, to things of the same kind; what `prepare` gives can be named there too. The arguments have their names of REST: what the path
does not take goes into the query (GET, DELETE) or the body. A new operation without an example fails test_operations.py.
"""

from dataclasses import dataclass, field
from typing import Callable

from support.messages import record

PASSWORD = "correct horse battery staple"
ORG = {"org": "acme"}


@dataclass(frozen=True)
class Example:
    words: str
    arguments: dict = field(default_factory=dict)
    prepare: Callable = lambda orgauth, n: {}
    stdin: str = ""
    rest: bool = True       # it has a path
    command: bool = True    # it has a command line
    events: int = None      # None: one where the operation changes something
    headers: tuple = ()     # of the request
    differs: tuple = ()     # members of the answers that may differ between the two ways
    text: bool = False      # the command writes a file and no JSON
    raw: str = None         # the body where it is no JSON; {n} likewise


def user(*then):
    """A user u{n}@acme.example, to whom the given commands were done."""
    def prepare(orgauth, n):
        email = f"u{n}@acme.example"
        orgauth.run("user", "create", email, "--org", "acme", "--role", "Viewer", code=None)
        for words in then:
            orgauth.run(*words.format(n=n).split())
        return {}
    return prepare


def api(*then):
    def prepare(orgauth, n):
        orgauth.run("api", "register", f"api-{n}", "--org", "acme")
        user()(orgauth, n)
        for words in then:
            orgauth.run(*words.format(n=n).split())
        return {}
    return prepare


def role(orgauth, n):
    return {"role": orgauth.json("role", "create", f"Role {n}", "--org", "acme", "--permission", "things:view")["id"]}


def module(orgauth, n):
    orgauth.run("module", "create", f"module-{n}")
    return {}


def org(orgauth, n):
    orgauth.run("org", "create", f"Org {n}", "--slug", f"org-{n}")
    return {}


def invitation(orgauth, n):
    sent = orgauth.json("invitation", "send", f"i{n}@else.example", "--org", "acme", "--role", "Viewer")
    return {"invitation": sent["items"][0]["id"]}


def key(orgauth, n):
    user()(orgauth, n)
    return {"key": orgauth.json("key", "issue", "--user", f"u{n}@acme.example", "--org", "acme", "--name", "k")["id"]}


def calls(orgauth, n):
    """Three calls that a key made."""
    key(orgauth, n)
    for number in range(3):
        record(orgauth, f"u{n}@acme.example", f"/reports/{number}")
    return {}


def shown_key(orgauth, n):
    """A key that may be shown again."""
    orgauth.run("setting", "set", "key.reveal", "on")
    return key(orgauth, n)


def table(text, before=lambda orgauth, n: {}):
    """{file}: a CSV file that holds `text`."""
    def prepare(orgauth, n):
        before(orgauth, n)
        path = orgauth.store.parent / f"table-{n}.csv"
        path.write_text(text.replace("{n}", str(n)))
        return {"file": path}
    return prepare


NEW_USERS = "email,first_name,role,field:team\nt{n}@acme.example,Ann,Viewer,A\nnobody,,Viewer,\n"
ATTACHMENTS = "email,api\nu{n}@acme.example,api-{n}\n"
CSV = (("Content-Type", "text/csv"),)
USER = {**ORG, "user": "u{n}@acme.example"}
OF_USER = "u{n}@acme.example --org acme"
API = {**ORG, "api": "api-{n}"}
OF_API = "api-{n} --org acme"
INVITATION = {**ORG, "invitation": "{invitation}"}
OF_INVITATION = "{invitation} --org acme"
KEY = {**USER, "key": "{key}"}
OF_KEY = "{key} --org acme"

EXAMPLES = {
    "org.create": Example("org create Org-{n} --slug new-{n} --admin boss{n}@acme.example",
                          {"name": "Org-{n}", "slug": "new-{n}", "admin": "boss{n}@acme.example"}),
    "org.list": Example("org list --limit 3", {"limit": 3}),
    "org.show": Example("org show acme", ORG),
    "org.messages": Example("org messages acme --user u{n}@acme.example --status 2xx --path /reports --limit 2",
                            {**ORG, "user": "u{n}@acme.example", "status": "2xx", "path": "/reports", "limit": 2}, calls),
    "org.statistics": Example("org statistics acme --step day --since 2026-01-01 --until 2026-01-05",
                              {**ORG, "step": "day", "since": "2026-01-01", "until": "2026-01-05"}),
    "org.edit": Example("org edit org-{n} --name Name-{n}", {"org": "org-{n}", "name": "Name-{n}"}, org),
    "org.remove": Example("org remove org-{n}", {"org": "org-{n}"}, org),
    "user.create": Example("user create c{n}@acme.example --org acme --role Editor --first-name Ann --set team=A",
                           {**ORG, "email": "c{n}@acme.example", "role": "Editor", "first_name": "Ann", "fields": {"team": "A"}}),
    "user.add": Example("user add u{n}@acme.example --org globex --role Viewer",
                        {"org": "globex", "emails": ["u{n}@acme.example"], "role": "Viewer"}, user()),
    "user.list": Example("user list --org acme --search viewer --sort email", {**ORG, "q": "viewer", "sort": "email"}),
    "user.show": Example("user show viewer@acme.example --org acme", {**ORG, "user": "viewer@acme.example"}),
    "user.messages": Example(f"user messages {OF_USER} --since 2026-01-01", {**USER, "since": "2026-01-01"}, calls),
    "user.edit": Example(f"user edit {OF_USER} --first-name Ann --set team=A",
                         {**USER, "first_name": "Ann", "fields": {"team": "A"}}, user()),
    "user.set-role": Example(f"user set-role {OF_USER} --role Editor", {**USER, "role": "Editor"}, user()),
    "user.confine": Example(f"user confine {OF_USER} --module flow --reach here",
                            {**USER, "modules": ["flow"], "reach": "here"}, user()),
    "user.activate": Example(f"user activate {OF_USER}", USER, user(f"user deactivate {OF_USER}")),
    "user.deactivate": Example(f"user deactivate {OF_USER}", USER, user()),
    "user.ban": Example(f"user ban {OF_USER}", USER, user()),
    "user.validate": Example(f"user validate {OF_USER}", USER, user(f"user ban {OF_USER}")),
    "user.erase": Example(f"user erase {OF_USER}", USER, user(), differs=("id", "email")),
    "user.remove": Example(f"user remove {OF_USER}", USER, user()),
    "user.set-password": Example(f"user set-password {OF_USER} --password-stdin", {**USER, "password": PASSWORD}, user(),
                                 stdin=PASSWORD + "\n"),
    "user.send-reset": Example(f"user send-reset {OF_USER}", USER, user()),
    "invitation.send": Example("invitation send i{n}@else.example j{n}@else.example --org acme --role Editor --module flow --module apis",
                               {**ORG, "emails": ["i{n}@else.example", "j{n}@else.example"], "role": "Editor", "modules": ["flow", "apis"]},
                               differs=("items",)), # by whom they were invited
    "invitation.list": Example("invitation list --org acme --status REVOKED", {**ORG, "status": "REVOKED"}),
    "invitation.show": Example(f"invitation show {OF_INVITATION}", INVITATION, invitation),
    "invitation.resend": Example(f"invitation resend {OF_INVITATION}", INVITATION, invitation, differs=("invited_by",)),
    "invitation.revoke": Example(f"invitation revoke {OF_INVITATION}", INVITATION, invitation),
    "user.import": Example("user import {file} --org acme --partial", {**ORG, "partial": "true"}, table(NEW_USERS), headers=CSV,
                           raw=NEW_USERS),
    "user.export": Example("user export --org acme --search viewer", {**ORG, "q": "viewer"}, differs=("users",)),
    "api.register": Example("api register api-{n} --org acme --summary Things", {**ORG, "name": "api-{n}", "summary": "Things"}),
    "api.list": Example("api list --org acme", ORG),
    "api.show": Example(f"api show {OF_API}", API, api()),
    "api.edit": Example(f"api edit {OF_API} --summary Things", {**API, "summary": "Things"}, api()),
    "api.remove": Example(f"api remove {OF_API}", API, api()),
    "api.attach": Example(f"api attach {OF_API} --user u{{n}}@acme.example --key",
                          {**API, "users": ["u{n}@acme.example"], "key": True}, api()),
    "api.detach": Example(f"api detach {OF_API} --user u{{n}}@acme.example", {**API, "users": ["u{n}@acme.example"]},
                          api(f"api attach {OF_API} --user u{{n}}@acme.example")),
    "api.users": Example(f"api users {OF_API}", API, api(f"api attach {OF_API} --user u{{n}}@acme.example")),
    "user.apis": Example(f"user apis {OF_USER}", USER, api(f"api attach {OF_API} --user u{{n}}@acme.example")),
    "api.import": Example("api import {file} --org acme", ORG, table(ATTACHMENTS, api()), headers=CSV, raw=ATTACHMENTS),
    "key.issue": Example("key issue --user u{n}@acme.example --org acme --name phone --expires 30d --network 10.0.0.0/8",
                         {**USER, "name": "phone", "expires": "30d", "networks": ["10.0.0.0/8"]}, user()),
    "key.list": Example("key list --user u{n}@acme.example --org acme", USER, key),
    "key.show": Example(f"key show {OF_KEY}", KEY, key),
    "key.edit": Example(f"key edit {OF_KEY} --name desk --network 2001:db8::/32 --expires 7d",
                        {**KEY, "name": "desk", "networks": ["2001:db8::/32"], "expires": "7d"}, key),
    "key.rotate": Example(f"key rotate {OF_KEY} --overlap 1h", {**KEY, "overlap": "1h"}, key),
    "key.revoke": Example(f"key revoke {OF_KEY}", KEY, key),
    "key.reveal": Example(f"key reveal {OF_KEY}", KEY, shown_key),
    "key.jwks": Example("key jwks"),
    "role.list": Example("role list --org acme", ORG),
    "role.show": Example("role show {role} --org acme", {**ORG, "role": "{role}"}, role),
    "role.create": Example("role create New-{n} --org acme --permission things:view --permission things:edit --required-field last_name",
                           {**ORG, "name": "New-{n}", "permissions": ["things:view", "things:edit"], "required_fields": ["last_name"]}),
    "role.edit": Example("role edit {role} --org acme --permission things:*", {**ORG, "role": "{role}", "permissions": ["things:*"]}, role),
    "role.remove": Example("role remove {role} --org acme", {**ORG, "role": "{role}"}, role),
    "module.list": Example("module list"),
    "module.show": Example("module show pricing", {"module": "pricing"}),
    "module.create": Example("module create new-{n} --admins-only", {"name": "new-{n}", "admins_only": True}),
    "module.edit": Example("module edit module-{n} --admins-only", {"module": "module-{n}", "admins_only": True}, module),
    "module.remove": Example("module remove module-{n}", {"module": "module-{n}"}, module),
    "audit.list": Example("audit list --org acme --action user.create --limit 2", {**ORG, "action": "user.create", "limit": 2}),
    "audit.export": Example("audit export --org acme --action user --search viewer --format jsonl",
                            {**ORG, "action": "user", "q": "viewer", "format": "jsonl"}, text=True),
    "audit.verify": Example("audit verify", rest=False),
    "setting.list": Example("setting list"),
    "setting.get": Example("setting get login.deny_after", rest=False),
    "setting.set": Example("setting set messages.keep 5/5d", {"name": "messages.keep", "value": "5/5d"}),
    "mail.list": Example("mail list --status WAITING", {"status": "WAITING"}),
    "mail.retry": Example("mail retry"),
}

# These take the credential of an account of one's own, or a link: test_sessions.py, test_me.py, test_resets.py, test_invitations.py try them.
ELSEWHERE = {"session.create", "session.end", "me.show", "me.permissions", "me.edit", "me.set-password", "me.sessions", "me.end-session", "me.keys",
             "me.messages", "me.show-key", "me.issue-key", "me.rotate-key", "me.revoke-key", "me.reveal-key", "reset.request", "reset.set",
             "invitation.open", "invitation.accept"}
