# SPDX-License-Identifier: Apache-2.0
"""A real SMTP server, and a store that mails through it."""

import sqlite3

import pytest

from support.relay import Relay

PUBLIC_URL = "https://login.acme.example"


@pytest.fixture
def relay():
    relay = Relay()
    yield relay
    relay.close()


def sql(orgauth, statement, *values):
    """As the sqlite3 shell would."""
    with sqlite3.connect(orgauth.store) as db:
        return db.execute(statement, values).fetchall()


def notify(orgauth, address):
    """What the last wrong attempt writes beside its audit event."""
    sql(orgauth, "INSERT INTO notice (id, about, account_id, at, address)"
        " SELECT abs(random()), 'denied', id, strftime('%s') * 1000, '192.0.2.9' FROM account WHERE email = ?", address)


def configure(orgauth, relay):
    for name, value in (("site.public_url", PUBLIC_URL), ("site.name", "Acme Login"), ("mail.relay", relay.url),
                        ("mail.from", "login@acme.example")):
        orgauth.run("setting", "set", name, value)


@pytest.fixture
def mailing(orgauth, relay):
    """`orgauth` with organization acme, an administrator and a viewer, mailing through `relay`."""
    orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
    orgauth.run("user", "create", "ann@acme.example", "--org", "acme", "--role", "Viewer")
    configure(orgauth, relay)
    return orgauth
