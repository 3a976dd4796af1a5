# SPDX-License-Identifier: Apache-2.0
"""Who may do what in whose organization, over HTTP: role x operation x organization, as data. Changes are dry runs."""

from dataclasses import replace

import pytest

from examples import EXAMPLES
from test_operations import facts_of, sent

# What a role may do in its own organization beside the Administrator, who may do all but NOT_BELOW. An operation that is not named here is for
# administrators.
APIS = {"api.list", "api.show", "org.statistics"}
MAY = {"editor": APIS | {"api.register", "api.edit", "api.remove"}, "operator": APIS, "viewer": APIS, "api": set()}
NOT_BELOW = {"org.remove"}
# The examples of these are about organizations in which nobody is.
PLACES = {"org.edit": {"org": "acme"}, "org.remove": {"org": "acme"}}
SITE = sorted({"setting.list", "setting.set", "mail.list", "mail.retry", "module.create", "module.edit", "module.remove"})
MEMBERS = ["module.list", "module.show"]

OPERATIONS = sorted(name for name, example in EXAMPLES.items() if "org" in example.arguments)
OTHER = {"acme": "globex", "globex": "acme"}


@pytest.fixture(scope="module")
def targets(running):
    """The facts of each operation's example, made once."""
    return {name: facts_of(running, EXAMPLES[name], 7000 + number) for number, name in enumerate([*OPERATIONS, *SITE, *MEMBERS])}


def status(site, caller, name, facts):
    example = replace(EXAMPLES[name], arguments={**EXAMPLES[name].arguments, **PLACES.get(name, {})})
    return sent(site, caller, name, example, facts, dry=True).status


def home_of(name):
    return {**EXAMPLES[name].arguments, **PLACES.get(name, {})}["org"]


@pytest.mark.parametrize("role", ["admin", "editor", "operator", "viewer", "api"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_role_may_do_at_home_what_the_table_says(site, caller, targets, name, role):
    may = name not in NOT_BELOW if role == "admin" else name in MAY[role]
    got = status(site, caller(home_of(name), role), name, targets[name])
    assert (got not in (401, 403, 404)) == may and (may or got == 403), got


@pytest.mark.parametrize("role", ["admin", "editor", "operator", "viewer", "api"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_nobody_learns_anything_of_another_organization(site, caller, targets, name, role):
    assert status(site, caller(OTHER[home_of(name)], role), name, targets[name]) == 404


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_superadmin_may_do_everything_everywhere(site, superadmin, targets, name):
    assert status(site, superadmin, name, targets[name]) in (200, 409)


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_credential_nothing_is_done(site, nobody, targets, name):
    assert status(site, nobody, name, targets[name]) == 401


@pytest.mark.parametrize("role", ["admin", "editor", "operator", "viewer", "api"])
@pytest.mark.parametrize("name", SITE)
def test_what_is_of_the_whole_site_is_for_superadmins(site, caller, superadmin, targets, name, role):
    assert status(site, caller("acme", role), name, targets[name]) == 403
    assert status(site, superadmin, name, targets[name]) in (200, 201)


@pytest.mark.parametrize("role", ["admin", "editor", "operator", "viewer", "api"])
@pytest.mark.parametrize("name", MEMBERS)
def test_what_is_for_every_member_is_for_nobody_else(site, caller, nobody, targets, name, role):
    assert status(site, caller("acme", role), name, targets[name]) == 200
    assert status(site, nobody, name, targets[name]) == 401
