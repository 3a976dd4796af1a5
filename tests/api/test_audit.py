# SPDX-License-Identifier: Apache-2.0
"""The history: found by whatever an event concerns, searched, and taken along whole."""

import csv
import http.client
import io
import json
import socket
import sqlite3

import pytest

MANY = 50000


@pytest.fixture(scope="module")
def deeds(running):
    """Things that concern several, one event each."""
    orgauth = running.orgauth
    orgauth.run("api", "register", "reports", "--org", "acme")
    orgauth.run("api", "attach", "reports", "--org", "acme", "--user", "viewer@acme.example", "--user", "editor@acme.example")
    orgauth.run("role", "create", "=cmd|'/C calc'!A0", "--org", "acme", "--permission", "flow:view")
    orgauth.run("user", "set-role", "editor@acme.example", "--org", "acme", "--role", "Administrator") # so that another one may go
    orgauth.run("api", "detach", "reports", "--org", "acme", "--user", "viewer@acme.example", "--yes")


@pytest.fixture
def admin(site, caller, deeds):
    return caller("acme", "admin")


def actions(answer):
    assert answer.status == 200
    return [event["action"] for event in answer.json["items"]]


def test_an_event_is_found_by_each_whom_it_concerns(admin):
    for who in ("viewer@acme.example", "editor@acme.example"):
        assert "api.attach" in actions(admin.get(f"/orgs/acme/audit?target={who}"))
    assert "api.attach" not in actions(admin.get("/orgs/acme/audit?target=operator@acme.example"))
    assert actions(admin.get("/orgs/acme/audit?target=viewer@acme.example&action=api")) == ["api.detach", "api.attach"]


def test_operations_are_found_by_noun_and_beginning(admin):
    assert set(actions(admin.get("/orgs/acme/audit?action=api"))) == {"api.register", "api.attach", "api.detach"}
    assert actions(admin.get("/orgs/acme/audit?action=api.*")) == actions(admin.get("/orgs/acme/audit?action=api"))
    assert actions(admin.get("/orgs/acme/audit?action=api.at*")) == ["api.attach"]


def test_words_are_searched_for_in_actor_target_and_operation(admin):
    assert actions(admin.get("/orgs/acme/audit?q=REPORTS")) == ["api.detach", "api.attach", "api.register"]
    assert actions(admin.get("/orgs/acme/audit?q=viewer+attach")) == ["api.attach"]
    assert actions(admin.get("/orgs/acme/audit?q=acme.ex+detach")) == ["api.detach"]
    assert actions(admin.get("/orgs/acme/audit?q=eports")) == []
    assert admin.get("/orgs/acme/audit?q=a+b+c+d+e+f+g+h+i").status == 400


def test_an_export_is_what_the_list_shows(admin):
    listed = admin.get("/orgs/acme/audit?action=api&limit=1000").json["items"]
    answer = admin.get("/orgs/acme/audit.jsonl?action=api")
    assert answer.header("Content-Type").startswith("application/x-ndjson")
    assert [json.loads(line) for line in answer.body.splitlines()] == listed
    answer = admin.get("/orgs/acme/audit.csv?action=api")
    assert answer.header("Content-Type").startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert [(row["id"], row["at"], row["target"]) for row in rows] == [(event["id"], event["at"], event["target"]) for event in listed]
    assert [json.loads(row["detail"]) for row in rows] == [event["detail"] for event in listed]


def test_no_cell_of_an_export_is_a_formula(admin):
    rows = list(csv.DictReader(io.StringIO(admin.get("/orgs/acme/audit.csv?action=role.create").body.decode(), newline="")))
    assert [row["target"] for row in rows] == ["'=cmd|'/C calc'!A0"]
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_whose_trail_it_is_not_gets_none_of_it(admin, caller, nobody, superadmin):
    for name in ("audit.csv", "audit.jsonl"):
        assert caller("acme", "viewer").get(f"/orgs/acme/{name}").status == 403
        assert caller("globex", "admin").get(f"/orgs/acme/{name}").status == 404
        assert nobody.get(f"/orgs/acme/{name}").status == 401
        assert admin.get(f"/{name}").status == 403
        assert superadmin.get(f"/{name}").status == 200
    assert admin.get("/orgs/acme/audit.xml").status == 400
    assert admin("HEAD", "/orgs/acme/audit.csv").status == 200


def copied(site):
    """A trail of very many events, put into the store beside the operations: not chained, and found by nothing but their organization."""
    with sqlite3.connect(site.store) as store:
        (org, first), = store.execute("SELECT org_id, min(id) FROM audit_event WHERE org_id = (SELECT id FROM organization WHERE slug = 'acme')")
        store.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                      "INSERT INTO audit_event (id, at, actor_kind, actor_name, action, org_id, target_name, detail, chain)"
                      """ SELECT ? - i, 1, 'local', 'root', 'user.edit', ?, 'somebody', '{"note":"' || hex(zeroblob(200)) || '"}', zeroblob(32) FROM n""",
                      (MANY, first, org))


def test_an_export_of_very_many_comes_whole(site, admin):
    before = admin.get("/orgs/acme/audit.jsonl").body.count(b"\n")
    copied(site)
    answer = admin.get("/orgs/acme/audit.jsonl")
    lines = answer.body.splitlines()
    assert len(lines) == before + MANY == len({json.loads(line)["id"] for line in lines})
    assert answer.header("Content-Length") is None
    assert site.orgauth.run("audit", "export", "--org", "acme").stdout.count("\n") == before + MANY


def test_an_export_that_cannot_go_on_is_not_taken_for_the_whole(site, admin):
    """Whoever may not go on in the middle is told so: by a body without its end."""
    site.expect("OA01051")
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.sock.connect(("127.0.0.1", site.port))
    connection.request("GET", "/orgauth/v1/orgs/acme/audit.csv", headers={"Authorization": "Bearer " + admin.key})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read(1000).startswith(b"id,at,")
    site.orgauth.run("user", "ban", "admin@acme.example", "--yes")
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
