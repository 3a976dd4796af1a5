# SPDX-License-Identifier: Apache-2.0
"""What is another's answers as what does not exist, byte for byte: every operation that takes an id, in its path, body or query."""

import re
from dataclasses import replace

import pytest

from browser import logged_in, person
from examples import EXAMPLES
from test_operations import sent

# Well formed, of nobody.
ABSENT = {"org": "org_0000000000001", "slug": "nowhere", "user": "usr_0000000000001", "email": "nobody@globex.example", "key": "key_0000000000001",
          "api": "api_0000000000001", "api_name": "nothing", "invitation": "inv_0000000000001", "role": "rol_000000000zzzz"}


@pytest.fixture(scope="module")
def foreign(running):
    """One of each thing of globex, by id, and by name where it has one."""
    orgauth = running.orgauth
    orgauth.run("api", "register", "figures", "--org", "globex")
    return {
        "org": orgauth.json("org", "show", "globex")["id"], "slug": "globex",
        "user": orgauth.json("user", "show", "viewer@globex.example", "--org", "globex")["id"], "email": "viewer@globex.example",
        "key": running.people["globex"]["viewer"].key_id,
        "api": orgauth.json("api", "show", "figures", "--org", "globex")["id"], "api_name": "figures",
        "invitation": orgauth.json("invitation", "send", "i@else.example", "--org", "globex", "--role", "Viewer")["items"][0]["id"],
        "role": orgauth.json("role", "create", "Theirs", "--org", "globex", "--permission", "things:view")["id"],
    }


def seen(answer, things):
    """All of an answer, with what it repeats of the question taken out."""
    text = answer.body.decode()
    for thing in sorted(things.values(), key=len, reverse=True):
        text = text.replace(thing, "…")
    return answer.status, text, sorted((name, value) for name, value in answer.headers if name not in ("date", "content-length"))


def ways(site, name, things):
    """The arguments of each way to name another's thing in the path of this operation."""
    template = site.contract.operations[name][1]
    places = [place for place in re.findall(r"\{(\w+)\}", template) if place in things]
    for spelled in ("id", "name"):
        for org in ([things["org"]] if spelled == "id" else [things["slug"]]) + (["acme"] if len(places) > 1 else []):
            arguments = {**EXAMPLES[name].arguments, "org": org}
            for place in places:
                if place != "org":
                    named = {"user": "email", "api": "api_name"}.get(place, place) if spelled == "name" else place
                    arguments[place] = things[named]
            yield f"{spelled} under {'its own' if org == 'acme' else 'the other'}", arguments


OPERATIONS = sorted(name for name, example in EXAMPLES.items() if "org" in example.arguments)


@pytest.mark.parametrize("role", ["admin", "viewer"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_anothers_thing_in_a_path_is_as_absent_as_none(site, caller, foreign, name, role):
    theirs, none = (dict(ways(site, name, things)) for things in (foreign, ABSENT))
    facts = {"n": 9000, "file": "-", "invitation": "inv_0000000000001", "key": "key_0000000000001", "role": "rol_000000000zzzz"}
    for way, arguments in theirs.items():
        answers = [seen(sent(site, caller("acme", role), name, replace(EXAMPLES[name], arguments=each), facts, dry=True), things)
                   for each, things in ((arguments, foreign), (none[way], ABSENT))]
        assert answers[0] == answers[1], way
        assert answers[0][0] == 404 or (role == "viewer" and answers[0][0] == 403 and way.endswith("its own")), (way, answers[0])


# (method, path, body) with the names of things in braces.
ELSEWHERE = [
    ("POST", "/orgs", {"name": "Below", "parent": "{org}"}),
    ("POST", "/orgs", {"name": "Below", "parent": "{slug}"}),
    ("POST", "/orgs/acme/users", {"email": "x1@acme.example", "role": "{role}"}),
    ("POST", "/orgs/acme/members", {"emails": ["viewer@acme.example"], "role": "{role}"}),
    ("POST", "/orgs/acme/users/viewer@acme.example/set-role", {"role": "{role}"}),
    ("POST", "/orgs/acme/users/viewer@acme.example/keys", {"apis": ["{api}"]}),
    ("POST", "/orgs/acme/users/viewer@acme.example/keys", {"apis": ["{api_name}"]}),
    ("POST", "/orgs/acme/invitations", {"emails": ["x2@acme.example"], "role": "{role}"}),
    ("POST", "/orgs/acme/invitations", {"emails": ["x2@acme.example"], "role": "Viewer", "apis": ["{api}"]}),
    ("POST", "/orgs/acme/invitations", {"emails": ["x2@acme.example"], "role": "Viewer", "sub_orgs": ["{org}"]}),
    ("POST", "/orgs/acme/invitations", {"emails": ["x2@acme.example"], "role": "Viewer", "sub_orgs": ["{slug}"]}),
    ("POST", "/orgs/acme/apis/own/attachments", {"users": ["{user}"]}),
    ("DELETE", "/orgs/acme/apis/own/attachments?users={user}", None),
    ("GET", "/orgs/acme/users?role={role}", None),
    ("GET", "/orgs/acme/users.csv?role={role}", None),
    ("GET", "/orgs/acme/audit?target={user}", None),
    ("GET", "/orgs/acme/audit?actor={user}", None),
    ("GET", "/orgs/acme/audit?target={email}", None),
    ("GET", "/orgs/acme/audit?q={email}", None),
    ("GET", "/orgs/acme/audit.csv?target={user}", None),
    ("GET", "/me/keys/{key}", None),
    ("POST", "/me/keys/{key}/rotate", {}),
    ("POST", "/me/keys/{key}/reveal", {}),
    ("DELETE", "/me/keys/{key}", None),
    ("POST", "/me/keys", {"org": "{org}"}),
    ("POST", "/me/keys", {"org": "{slug}"}),
    ("POST", "/me/keys", {"apis": ["{api}"]}),
]


def filled(value, things):
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: things[match[1]], value)
    if isinstance(value, list):
        return [filled(each, things) for each in value]
    return {name: filled(each, things) for name, each in value.items()} if isinstance(value, dict) else value


@pytest.fixture(scope="module")
def own(running):
    running.orgauth.run("api", "register", "own", "--org", "acme")


@pytest.fixture(scope="module")
def inside(running, own):
    """As `foreign`, but of acme itself: what its members without rights there must not hear of either."""
    return {**ABSENT, "key": running.people["acme"]["editor"].key_id}


def compare(caller, method, path, body, theirs):
    answers = []
    for things in (theirs, ABSENT):
        answer = caller(method, filled(path, things), filled(body, things))
        answers.append(seen(answer, things))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("method, path, body", ELSEWHERE)
def test_anothers_thing_elsewhere_is_as_absent_as_none(site, foreign, own, method, path, body):
    admin = logged_in(site, person(site, f"boss{abs(hash((method, path, str(body)))) % 10 ** 9}@acme.example", "Administrator"))
    compare(admin, method, path, body, foreign)


@pytest.mark.parametrize("method, path", [("GET", "/me/keys/{key}"), ("POST", "/me/keys/{key}/rotate"), ("POST", "/me/keys/{key}/reveal"),
                                          ("DELETE", "/me/keys/{key}")])
@pytest.mark.parametrize("role", ["admin", "viewer", "api"])
def test_anothers_key_is_no_key_of_mine_also_within_one_organization(caller, inside, method, path, role):
    compare(caller("acme", role), method, path, {} if method == "POST" else None, inside)


# Cursors.

LISTS = [f"/orgs/acme/{what}" for what in ("users", "roles", "apis", "invitations", "audit", "apis/own/users", "users/viewer@acme.example/keys")]


@pytest.mark.parametrize("path", ["/orgs", "/me/keys", *LISTS])
def test_anothers_id_is_no_better_a_cursor_than_its_number(admin, foreign, own, path):
    """What a list gives after another's id is what it gives after the next number, which nobody has."""
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    for thing in ("org", "user", "key", "api", "invitation", "role"):
        cursor = foreign[thing].split("_")[1]
        after = cursor[:-1] + digits[(digits.index(cursor[-1]) + 1) % 32]
        assert [item["id"] for item in admin.get(f"{path}?after={cursor}").json["items"]] == \
            [item["id"] for item in admin.get(f"{path}?after={after}").json["items"]]


@pytest.mark.parametrize("sort", ["name", "-name", "email", "-email", "last_login", "-last_login", "role", "-role", "status", "-status", "created"])
def test_no_order_of_the_list_tells_where_anothers_user_would_stand(site, admin, foreign, sort):
    """Whoever knew the id of somebody elsewhere could find names out by halving."""
    for number, name in enumerate(("Aaa", "Zzz")):
        site.orgauth.run("user", "create", f"{name}{sort}@acme.example", "--org", "acme", "--role", "Viewer", "--last-name", name)
    site.orgauth.run("user", "edit", "viewer@globex.example", "--org", "globex", "--last-name", "Mmm")
    theirs, none = (admin.get(f"/orgs/acme/users?sort={sort}&after={things['user'].split('_')[1]}").json["items"]
                    for things in (foreign, ABSENT))
    if sort == "created":
        assert {item["id"] for item in theirs} <= {item["id"] for item in none}
    else:
        assert theirs == none == []
