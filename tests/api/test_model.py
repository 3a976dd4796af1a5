# SPDX-License-Identifier: Apache-2.0
"""The API driven at random against a model: after every step each user's key is answered as the model says, at the very next request, and
the trail has one event for each change that was made and none for those that were refused."""

import itertools
import sqlite3

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from conftest import Caller

NUMBERS = itertools.count()
ROLES = ["Administrator", "Editor", "Viewer", "API User"]


class Account:
    """What the model knows of a user of the organization. The account stays at home there when its membership ends: what is done to the
    account (ban, validate, edit) is done to that of a removed user too."""

    def __init__(self, email, role):
        self.email, self.role = email, role
        self.banned = self.deactivated = self.removed = False
        self.keys = {}  # id: (key, revoked)

    @property
    def usable(self):
        return not (self.banned or self.deactivated or self.removed)


class Organization(RuleBasedStateMachine):
    site = None
    users = Bundle("users")

    @initialize()
    def found(self):
        self.root = Caller(self.site, self.site.people["site"]["super"].key)
        self.slug = f"model-{next(NUMBERS)}"
        assert self.root.post("/orgs", {"name": self.slug, "slug": self.slug}).status == 201
        # The SuperAdmin who made it is its Administrator: the last one's protection is tried with a person's below.
        self.accounts, self.events = [], self.count()

    def count(self):
        with sqlite3.connect(f"file:{self.site.store}?mode=ro", uri=True) as store:
            return store.execute("SELECT count(*) FROM audit_event").fetchone()[0]

    def path(self, account, verb=""):
        return f"/orgs/{self.slug}/users/{account.email}" + (f"/{verb}" if verb else "")

    def change(self, answer, allowed, status=200):
        """Holds the answer to a change against what the model expects."""
        assert (answer.status in (status, 201)) == allowed, answer.body
        assert allowed or answer.status in (404, 409), answer.body
        self.events += allowed

    @rule(target=users, role=st.sampled_from(ROLES))
    def create(self, role):
        account = Account(f"m{next(NUMBERS)}@acme.example", role)
        self.change(self.root.post(f"/orgs/{self.slug}/users", {"email": account.email, "role": role}), True)
        self.accounts.append(account)
        return account

    @rule(account=users)
    def create_again(self, account):
        self.change(self.root.post(f"/orgs/{self.slug}/users", {"email": account.email, "role": "Viewer"}), False)

    @rule(account=users, role=st.sampled_from(ROLES))
    def set_role(self, account, role):
        self.change(self.root.post(self.path(account, "set-role"), {"role": role}), not account.removed)
        account.role = account.role if account.removed else role

    @rule(account=users)
    def ban(self, account):
        self.change(self.root.post(self.path(account, "ban")), not account.banned)
        account.banned = True

    @rule(account=users)
    def validate(self, account):
        self.change(self.root.post(self.path(account, "validate")), True)
        account.banned = False

    @rule(account=users)
    def deactivate(self, account):
        self.change(self.root.post(self.path(account, "deactivate")), not account.removed and not account.deactivated)
        account.deactivated |= not account.removed

    @rule(account=users)
    def activate(self, account):
        self.change(self.root.post(self.path(account, "activate")), not account.removed and account.deactivated)
        account.deactivated &= account.removed

    @rule(account=users, name=st.sampled_from(["Ann", None, "Łukasz"]))
    def edit(self, account, name):
        answer = self.root.patch(self.path(account), {"first_name": name})
        self.change(answer, True)
        assert answer.json["first_name"] == (name or "")

    @rule(account=users)
    def remove(self, account):
        self.change(self.root.delete(self.path(account)), not account.removed)
        account.removed = True
        account.keys = {identity: (key, True) for identity, (key, _) in account.keys.items()}

    @rule(account=users)
    def issue(self, account):
        answer = self.root.post(self.path(account, "keys"), {"name": "model"})
        if answer.status == 201:
            account.keys[answer.json["id"]] = (answer.json["key"], False)
            self.events += 1
        assert not account.usable or answer.status == 201, answer.body
        assert not account.removed or answer.status in (404, 409), answer.body

    @rule(account=users)
    def revoke(self, account):
        for identity, (key, revoked) in list(account.keys.items())[:1]:
            answer = self.root.delete(self.path(account, f"keys/{identity}"))
            if account.removed:
                assert answer.status in (404, 409)
                continue
            self.change(answer, not revoked)
            account.keys[identity] = (key, True)

    @rule(account=users)
    def dry_run(self, account):
        self.root.delete(self.path(account) + "?dry_run=true")

    @invariant()
    def keys_are_answered_as_the_model_says(self):
        self.site.expect("OA010")
        for account in getattr(self, "accounts", ()):
            for key, revoked in account.keys.values():
                got = Caller(self.site, key).get("/orgs").status
                assert got == (200 if account.usable and not revoked else 401), (vars(account), revoked, got)

    @invariant()
    def rights_are_those_of_the_role(self):
        for account in getattr(self, "accounts", ()):
            for key, revoked in account.keys.values():
                if account.usable and not revoked:
                    got = Caller(self.site, key).get(f"/orgs/{self.slug}/users?limit=1").status
                    assert got == (200 if account.role == "Administrator" else 403)

    @invariant()
    def the_list_shows_each_status(self):
        if not getattr(self, "accounts", ()):
            return
        shown = {user["email"]: user["status"] for user in self.root.get(f"/orgs/{self.slug}/users").json["items"]}
        for account in self.accounts:
            expected = None if account.removed else "DEACTIVATED" if account.deactivated else "BANNED" if account.banned else "VALIDATED"
            assert shown.get(account.email) == expected

    @invariant()
    def every_change_left_one_event(self):
        if hasattr(self, "events"):
            assert self.count() == self.events


def test_the_api_does_what_the_model_says(site):
    Organization.site = site
    run_state_machine_as_test(Organization, settings=settings(
        max_examples=40, stateful_step_count=25, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]))
    assert site.orgauth.json("audit", "verify")["sound"] is True
