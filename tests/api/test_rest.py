# SPDX-License-Identifier: Apache-2.0
"""The rules of HTTP that hold for every row."""

import pytest

from support import keys
from support.web import basic, bearer

MIB = 1024 * 1024


def problem(answer, status, code, pointer=None, where=None):
    """A problem of that status and code, which points to the member at fault."""
    assert (answer.status, answer.json["code"]) == (status, code), answer.body
    if pointer is not None:
        assert [(error["pointer"], error["in"]) for error in answer.json["errors"]] == [(pointer, where)]
    return answer


@pytest.fixture
def person(site, request):
    """A user of acme who belongs to this test alone: e-mail."""
    email = f"p{abs(hash(request.node.name)) % 10 ** 9}@acme.example"
    site.orgauth.person(email, key=False)
    return email


# Paths and methods

@pytest.mark.parametrize("path", ["/", "/orgs/", "/org", "/orgs/acme/nothing", "/orgs//users", "/orgs/acme/users/a/b/c"])
def test_a_path_that_no_row_has_is_404(admin, path):
    problem(admin.get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/orgauth", "/orgauth/", "/orgauth/v2/orgs"])
def test_beside_the_version_there_is_nothing(site, path):
    answer = site.get(path)
    assert answer.status == 404 and answer.header("Content-Type") == "application/problem+json"


def test_another_method_is_405_with_allow(admin):
    answer = problem(admin("PUT", "/orgs/acme"), 405, "no_such_method")
    assert answer.header("Allow") == "GET, HEAD, PATCH, DELETE, OPTIONS"


def test_options_says_what_a_path_takes(nobody):
    answer = nobody("OPTIONS", "/orgs/acme/users")
    assert (answer.status, answer.header("Allow")) == (204, "GET, HEAD, POST, OPTIONS")


def test_head_is_get_without_its_body(admin):
    got, head = admin.get("/orgs/acme"), admin("HEAD", "/orgs/acme")
    assert head.status == 200 and head.body == b""
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.header(name) == got.header(name)


def test_a_user_is_named_by_id_or_email_also_escaped(admin):
    shown = admin.get("/orgs/acme/users/viewer@acme.example").json
    assert admin.get("/orgs/acme/users/viewer%40acme.example").json == shown
    assert admin.get(f"/orgs/{shown['org_id']}/users/{shown['id']}").json == shown


def test_what_another_organization_has_answers_as_what_is_not_there(admin):
    theirs = admin.get("/orgs/globex/users").json
    nowhere = admin.get("/orgs/nowhere/users").json
    assert theirs == {**nowhere, "detail": nowhere["detail"].replace("nowhere", "globex"), "errors": theirs["errors"]}
    assert admin.get("/orgs/acme/users/viewer@globex.example").status == 404


# Who calls

def test_without_a_credential_it_is_401_with_a_challenge(nobody):
    answer = problem(nobody.get("/orgs"), 401, "unauthenticated")
    assert answer.header("WWW-Authenticate") == 'Bearer realm="orgauth"'


@pytest.mark.parametrize("spoil", [keys.wrong_secret, keys.wrong_checksum, lambda key: keys.unknown(), lambda key: "x"])
def test_every_wrong_key_gets_the_same_answer(site, nobody, spoil):
    site.expect("OA010")
    answer = problem(nobody.get("/orgs", headers=[bearer(spoil(site.people["globex"]["viewer"].key))]), 401, "unauthenticated")
    assert answer.json["detail"] == "the credential is not valid"
    assert answer.header("WWW-Authenticate") == 'Bearer realm="orgauth", error="invalid_token"'
    assert "errors" not in answer.json


@pytest.mark.parametrize("path", ["/health", "/openapi.json"])
def test_what_anybody_may_see_needs_no_key_but_no_wrong_one_either(site, nobody, path):
    assert nobody.get(path).status == 200
    site.expect("OA010")
    assert nobody.get(path, headers=[bearer("wrong")]).status == 401


def test_a_key_may_come_in_its_own_header(site, nobody):
    key = site.people["acme"]["viewer"].key
    assert nobody.get("/orgs", headers=[("X-API-Key", key)]).status == 200
    site.expect("OA010")
    problem(nobody.get("/orgs", headers=[("X-API-Key", key), bearer(key)]), 400, "usage")


def test_a_password_does_not_count_here(nobody):
    answer = problem(nobody.get("/orgs", headers=[basic("admin@acme.example", "whatever")]), 401, "unauthenticated")
    assert "Basic" not in answer.header("WWW-Authenticate")


def test_a_key_in_the_query_is_an_unknown_parameter(site, nobody):
    key = site.people["acme"]["viewer"].key
    assert nobody.get(f"/orgs?key={key}").status == 401


def test_who_may_not_is_told_the_permission_that_he_lacks(caller):
    answer = problem(caller("acme", "viewer").post("/orgs/acme/users", {"email": "x@acme.example", "role": "Viewer"}),
                     403, "not_allowed")
    assert "users:create" in answer.json["detail"]
    assert answer.header("WWW-Authenticate") == 'Bearer realm="orgauth", error="insufficient_scope"'


def test_health_says_more_to_superadmins(superadmin, admin):
    assert admin.get("/health").json == {"status": "ok"}
    assert superadmin.get("/health").json["position"] > 0


# Arguments

@pytest.mark.parametrize("query, pointer", [
    ("nothing=1", "/nothing"), ("limit=ten", "/limit"), ("limit=0", "/limit"), ("limit=1&limit=2", "/limit"),
    ("status=validated", "/status"), ("search=x", "/search"), ("org=globex", "/org"), ("after=%20", "/after"), ("dry_run=true", "/dry_run"),
])
def test_a_wrong_query_is_named(admin, query, pointer):
    answer = admin.get(f"/orgs/acme/users?{query}")
    assert answer.status == 400 and answer.json["errors"][0]["pointer"] == pointer


def test_q_searches(admin):
    assert [user["email"] for user in admin.get("/orgs/acme/users?q=VIEW").json["items"]] == ["viewer@acme.example"]


@pytest.mark.parametrize("body, pointer", [
    ({"email": "x@acme.example", "rolle": "Viewer"}, "/rolle"), ({"email": "x@acme.example"}, "/role"),
    ({"email": "nobody", "role": "Viewer"}, "/email"), ({"email": 7, "role": "Viewer"}, "/email"),
    ({"email": "x@acme.example", "role": "Nobody"}, "/role"), ({"email": "x@acme.example", "role": "Viewer", "a/b~c": 1}, "/a~1b~0c"),
    ({"email": "x@acme.example", "role": "Viewer", "set": {}}, "/set"),
    ({"email": "x@acme.example", "role": "Viewer", "fields": {"x": 1}}, "/fields"),
])
def test_a_wrong_member_is_named_and_nothing_is_made(admin, body, pointer):
    answer = admin.post("/orgs/acme/users", body)
    assert answer.status == 400
    assert [(error["pointer"], error["in"]) for error in answer.json["errors"]] == [(pointer, "body")]
    assert admin.get("/orgs/acme/users/x@acme.example").status == 404


def test_a_member_must_not_contradict_the_path(admin):
    body = {"email": "same@acme.example", "role": "Viewer"}
    problem(admin.post("/orgs/acme/users", {**body, "org": "globex"}), 400, "invalid", "/org", "path")
    assert admin.post("/orgs/acme/users?dry_run=true", {**body, "org": "acme"}).status == 200


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'{"a":1,"a":2}', b'"text"', b'{"email":"\xff"}', b"{} {}", b"[" * 40])
def test_what_is_no_json_object_is_400(admin, body):
    assert admin.post("/orgs/acme/users", body).status == 400


def test_arguments_do_not_come_in_the_query_of_a_post(admin):
    answer = admin.post("/orgs/acme/users?role=Viewer", {"email": "x@acme.example"})
    assert answer.status == 400 and answer.json["errors"][0]["pointer"] == "/role"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/jsonx"])
def test_another_type_is_415(admin, kind):
    answer = admin.post("/orgs/acme/users", {"email": "x@acme.example", "role": "Viewer"}, headers=[("Content-Type", kind)])
    problem(answer, 415, "media_type")


def test_a_type_may_have_a_parameter_and_any_case(admin):
    answer = admin.post("/orgs/acme/users?dry_run=true", {"email": "x@acme.example", "role": "Viewer"},
                        headers=[("Content-Type", "Application/JSON; charset=utf-8")])
    assert answer.status == 200


def test_patch_says_what_it_takes(admin, person):
    answer = problem(admin.patch(f"/orgs/acme/users/{person}", {}, headers=[("Content-Type", "text/plain")]), 415, "media_type")
    assert answer.header("Accept-Patch") == "application/merge-patch+json, application/json"


def test_a_body_may_have_one_mebibyte(admin):
    body = b'{"email": "x@acme.example", "role": "' + b"x" * MIB
    problem(admin.post("/orgs/acme/users", body[:MIB]), 400, "invalid")
    problem(admin.post("/orgs/acme/users", body[:MIB + 1]), 413, "too_large")


def test_a_body_in_chunks_is_bounded_too(site, admin):
    key = site.people["acme"]["admin"].key
    head = (f"POST /orgauth/v1/orgs/acme/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode()
    answer = site.raw(head + b"10001\r\n" + b" " * 65537 + b"\r\n" + b"100000\r\n" + b" " * MIB)
    assert answer.status == 413


@pytest.mark.parametrize("accept, status", [
    ("application/json", 200), ("*/*", 200), ("application/*;q=0.1", 200), ("text/html, */*;q=0.1", 200), ("", 200),
    ("text/html", 406), ("application/json;q=0", 406), ("text/csv, application/xml", 406),
])
def test_who_takes_no_json_gets_406(admin, accept, status):
    assert admin.get("/orgs", headers=[("Accept", accept)]).status == status


# Lists

def test_pages_follow_one_another_to_the_end(site, admin):
    everybody = [user["id"] for user in admin.get("/orgs/acme/users").json["items"]]
    seen, path = [], "/orgs/acme/users?limit=2&sort=-created"
    while path:
        answer = admin.get(path)
        seen += [user["id"] for user in answer.json["items"]]
        link = answer.header("Link")
        assert (link is None) == (answer.json["next"] is None)
        path = link and link.removeprefix("</orgauth/v1").removesuffix('>; rel="next"')
        assert path is None or ("sort=-created" in path and path.count("after=") == 1)
    assert seen == everybody[::-1]


# Changes of one resource

def test_patch_changes_what_is_given_and_null_clears(admin, person):
    path = f"/orgs/acme/users/{person}"
    body = {"first_name": "Ann", "last_name": "Lee", "fields": {"team": "A", "desk": "7"}}
    assert admin.patch(path, body).status == 200
    changed = admin.patch(path, {"first_name": None, "fields": {"desk": None}},
                          headers=[("Content-Type", "application/merge-patch+json")]).json
    assert (changed["first_name"], changed["last_name"], changed["fields"]) == ("", "Lee", {"team": "A"})


def test_patch_wants_if_match(admin, person):
    problem(admin.patch(f"/orgs/acme/users/{person}", {"first_name": "Ann"}, match=None), 428, "precondition_required")


@pytest.mark.parametrize("change", ["/orgs/acme", "/orgs/acme/users/{person}", "/orgs/acme/apis/things", "/orgs/acme/roles/Things"])
def test_of_two_changes_of_the_same_version_one_is_made(site, admin, person, change):
    site.orgauth.run("api", "register", "things", "--org", "acme", code=None)
    site.orgauth.run("role", "create", "Things", "--org", "acme", "--permission", "things:view", code=None)
    path = change.format(person=person)
    body = {"/orgs/acme": {"name": "Acme"}, "/orgs/acme/users/{person}": {"first_name": "Ann"}}.get(change, {"summary": "x"})
    tag = admin.get(path).header("ETag")
    changed = admin.patch(path, body, match=tag)
    assert changed.status == 200
    problem(admin.patch(path, body, match=tag), 412, "precondition_failed")
    assert changed.header("ETag") == admin.get(path).header("ETag") != tag


@pytest.mark.parametrize("match, status", [("{}", 200), ('"x", {}', 200), ("*", 200), ('"x"', 412), ("W/{}", 412), ("x", 412)])
def test_if_match_is_read_as_rfc_9110_says(admin, person, match, status):
    path = f"/orgs/acme/users/{person}"
    tag = admin.get(path).header("ETag")
    assert admin.patch(path, {"last_name": "Lee"}, match=match.format(tag)).status == status


@pytest.mark.parametrize("verb", ["ban", "deactivate", ""])
def test_if_match_is_heeded_where_it_is_not_demanded(admin, person, verb):
    path = f"/orgs/acme/users/{person}"
    tag = admin.get(path).header("ETag")
    admin.patch(path, {"first_name": "Changed"})
    method, target = ("POST", f"{path}/{verb}") if verb else ("DELETE", path)
    problem(admin(method, target, headers=[("If-Match", tag)]), 412, "precondition_failed")
    assert admin(method, target, headers=[("If-Match", admin.get(path).header("ETag"))]).status == 200


def test_use_alone_does_not_change_a_tag(site, admin):
    path = "/orgs/acme/users/editor@acme.example"
    tag = admin.get(path).header("ETag")
    site.expect("OA010")
    site.get("/orgauth/v1/orgs", key=keys.wrong_secret(site.people["acme"]["editor"].key))
    shown = admin.get(path)
    assert shown.json["failures"] == 1 and shown.header("ETag") == tag


def test_what_was_made_is_found_at_its_location(admin):
    made = admin.post("/orgs/acme/users", {"email": "located@acme.example", "role": "Viewer"})
    assert made.status == 201
    assert made.header("Location") == f"/orgauth/v1/orgs/acme/users/{made.json['id']}"
    assert admin.get(made.header("Location").removeprefix("/orgauth/v1")).json == made.json


def test_a_dry_run_changes_nothing(admin):
    answer = admin.post("/orgs/acme/users?dry_run=true", {"email": "dry@acme.example", "role": "Viewer"})
    assert answer.status == 200 and answer.json["email"] == "dry@acme.example"
    assert admin.get("/orgs/acme/users/dry@acme.example").status == 404
    key = admin.post("/orgs/acme/users/viewer@acme.example/keys?dry_run=true", {})
    assert key.json["key"] is None


# Repetitions

def events(site):
    return site.orgauth.items("audit", "list", "--org", "acme", "--limit", "1000")


def test_a_repetition_gets_the_first_answer_without_its_secret(site, admin):
    def issue():
        return admin.post("/orgs/acme/users/viewer@acme.example/keys", {"name": "once"}, headers=[("Idempotency-Key", "k1")])

    first, count = issue(), len(events(site))
    again = issue()
    assert first.json["key"].startswith("oak_") and again.json == {**first.json, "key": None}
    assert (again.status, again.header("Idempotency-Replayed")) == (201, "true")
    assert first.header("Idempotency-Replayed") is None
    assert again.header("Location") == first.header("Location")
    assert len(events(site)) == count
    assert first.json["key"].encode() not in site.store.read_bytes() + site.store.with_name(site.store.name + "-wal").read_bytes()


def test_the_same_key_for_another_request_is_422(admin):
    headers = [("Idempotency-Key", "k2")]
    assert admin.post("/orgs/acme/users/viewer@acme.example/keys", {"name": "a"}, headers=headers).status == 201
    problem(admin.post("/orgs/acme/users/viewer@acme.example/keys", {"name": "b"}, headers=headers), 422, "unprocessable")
    problem(admin.post("/orgs/acme/users/editor@acme.example/keys", {"name": "a"}, headers=headers), 422, "unprocessable")


def test_keys_of_repetitions_are_each_actors_own(admin, superadmin):
    for who in (admin, superadmin):
        answer = who.post("/orgs/acme/users/viewer@acme.example/keys", {"name": "c"}, headers=[("Idempotency-Key", "k3")])
        assert answer.json["key"] is not None


def test_what_was_refused_may_be_tried_again_under_the_same_key(admin):
    body, headers = {"email": "late@acme.example", "role": "Nobody"}, [("Idempotency-Key", "k4")]
    assert admin.post("/orgs/acme/users", body, headers=headers).status == 400
    assert admin.post("/orgs/acme/users", {**body, "role": "Viewer"}, headers=headers).status == 201


def test_repetitions_at_once_make_one(site, admin):
    key = site.people["acme"]["admin"].key
    answers = site.parallel(12, 6, method="POST", path="/orgauth/v1/orgs/acme/users/viewer@acme.example/keys",
                            headers=[("Idempotency-Key", "k5"), ("Content-Type", "application/json")],
                            body=b'{"name":"together"}', key=key)
    assert [answer.status for answer in answers] == [201] * 12
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum(answer.json["key"] is not None for answer in answers) == 1


# What a browser was made to send

@pytest.mark.parametrize("headers, refused", [
    ([("Sec-Fetch-Site", "cross-site")], False), ([("Origin", "https://evil.example")], False),
])
def test_a_key_is_never_sent_by_itself(site, admin, headers, refused):
    answer = admin.post("/orgs/acme/users?dry_run=true", {"email": "x@acme.example", "role": "Viewer"}, headers=headers)
    assert (answer.status == 403) == refused


def test_a_setting_is_patched_by_its_name(superadmin, site):
    for body, value in (({"reset.valid_for": "20m"}, "20m"), ({"key.reveal": False}, "off"), ({"login.deny_after": 9}, "9"),
                        ({"login.deny_after": None}, "10"), ({"name": "reset.valid_for", "value": "30m"}, "30m")):
        answer = superadmin.patch("/settings", body, match=None, headers=[("Content-Type", "application/merge-patch+json")])
        assert answer.status == 200 and answer.json["value"] == value, answer.body
        assert site.orgauth.json("setting", "get", answer.json["name"])["value"] == value
    for body, status in (({"login.nothing": "1"}, 404), ({"nothing": "1"}, 400), ({"login.deny_after": "x"}, 400), ({}, 400),
                         ({"login.deny_after": "9", "key.reveal": "on"}, 400)):
        assert superadmin.patch("/settings", body, match=None).status == status, body
