# SPDX-License-Identifier: Apache-2.0
"""The command line: one store per test, an organization where one is asked for, and a terminal where one is needed."""

import sqlite3

import pytest

PASSWORD = "correct horse battery staple"


@pytest.fixture
def acme(orgauth):
    """`orgauth` with organization acme, its administrator and a viewer, ann@acme.example."""
    orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "admin@acme.example")
    orgauth.run("user", "create", "ann@acme.example", "--org", "acme", "--role", "Viewer")
    return orgauth


@pytest.fixture
def dump():
    """All that a store holds, as SQL text."""
    def read(orgauth):
        with sqlite3.connect(orgauth.store) as db:
            return list(db.iterdump())
    return read
