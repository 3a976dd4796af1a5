# SPDX-License-Identifier: Apache-2.0
"""Imports and exports over HTTP: types, sizes, previews, and key requests that do not wait for them."""

import io
import threading

import openpyxl
import pytest

IMPORTS, XLSX = "/orgs/acme/imports", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = b"email,role\n"


def send(caller, body, query="", kind="text/csv", path=IMPORTS):
    return caller.post(path + query, body, headers=[("Content-Type", kind)])


def test_a_preview_changes_nothing_and_applying_does(admin):
    assert send(admin, HEAD + b"p1@acme.example,Viewer\n", "?dry_run=true").json["rows"][0]["result"] == "create"
    assert admin.get("/orgs/acme/users/p1@acme.example").status == 404
    answer = send(admin, HEAD + b"p1@acme.example,Viewer\n", kind="text/csv; charset=utf-8")
    assert answer.status == 200 and answer.json["applied"] is True
    assert admin.get("/orgs/acme/users/p1@acme.example").status == 200


def test_a_workbook_is_taken_under_its_type(admin):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    for row in (["role", "email"], ["Viewer", "x1@acme.example"]):
        book.active.append(row)
    book.save(out)
    assert send(admin, out.getvalue(), kind=XLSX).json["counts"]["create"] == 1
    assert send(admin, out.getvalue(), kind="text/csv").status in (415, 422)
    assert send(admin, HEAD, kind=XLSX).status == 415


def test_wrong_lines_come_with_their_reasons(admin):
    answer = send(admin, HEAD + b"w1@acme.example,Viewer\nnobody,Viewer\n")
    assert answer.status == 422 and answer.header("Content-Type") == "application/problem+json"
    assert [row["result"] for row in answer.json["report"]["rows"]] == ["create", "error"]
    assert answer.json["report"]["applied"] is False
    assert admin.get("/orgs/acme/users/w1@acme.example").status == 404
    assert send(admin, HEAD + b"w1@acme.example,Viewer\nnobody,Viewer\n", "?partial=true").json["counts"]["create"] == 1


@pytest.mark.parametrize("body, kind, status", [
    (b"{}", "application/json", 415), (b"email", "text/plain", 415), (b"", "text/csv", 422), (HEAD + b'"', "text/csv", 422),
    (HEAD.decode().encode("utf-16"), "text/csv", 415), (b"PK\3\4", XLSX, 415), (b"x" * (16 << 20), "text/csv", 413)])
def test_what_is_no_table_is_refused(admin, body, kind, status):
    assert send(admin, body, kind=kind).status == status


def test_a_body_beyond_the_limit_is_not_read(admin):
    assert send(admin, b"x" * ((16 << 20) + 1)).status == 413


def test_an_export_is_csv_and_comes_back_unchanged(admin):
    answer = admin.get("/orgs/acme/users.csv")
    assert answer.status == 200 and answer.header("Content-Type").startswith("text/csv")
    counts = send(admin, answer.body).json["counts"]
    assert counts["error"] == counts["create"] == 0 and counts["unchanged"] == answer.body.count(b"\r\n") - 1
    assert b"viewer@acme.example" in admin.get("/orgs/acme/users.csv?role=Viewer&column=email").body


def test_web_apis_are_attached_to_many(admin, caller):
    admin.post("/orgs/acme/apis", {"name": "reports"})
    answer = send(admin, b"email,api\nviewer@acme.example,reports\nadmin@globex.example,reports\n", path="/orgs/acme/attachments")
    assert answer.json["counts"] == {"attach": 2, "unchanged": 0, "error": 0}
    assert {user["email"] for user in admin.get("/orgs/acme/apis/reports/users").json["items"]} == {"viewer@acme.example", "admin@globex.example"}


def test_others_may_not(caller, nobody):
    assert send(caller("acme", "viewer"), HEAD + b"o1@acme.example,Viewer\n").status == 403
    assert send(caller("globex", "admin"), HEAD + b"o1@acme.example,Viewer\n").status == 404
    assert send(nobody, HEAD + b"o1@acme.example,Viewer\n").status == 401
    assert caller("acme", "viewer").get("/orgs/acme/users.csv").status == 403
    assert caller("globex", "admin").get("/orgs/acme/users.csv").status == 404


def test_requests_with_keys_are_served_meanwhile(admin, caller):
    """The import writes in one transaction, and a key needs no lock: bench/ says at which pace."""
    table = HEAD + b"".join(b"m%d@big.example,Viewer\n" % i for i in range(10000))
    done = []
    work = threading.Thread(target=lambda: done.append(send(admin, table)))
    editor, served = caller("acme", "editor"), 0
    work.start()
    while work.is_alive():
        assert editor.get("/orgs/acme/apis").status == 200
        served += 1
    assert done[0].json["counts"]["create"] == 10000
    assert served > 10
