# SPDX-License-Identifier: Apache-2.0
"""The figures of an organization over HTTP: what who sees, and that each count is that of its list."""

import pytest

from support.messages import figure

SINCE = "since=2026-01-01T10:00:00Z&until=2026-01-01T13:00:00Z"


@pytest.fixture(scope="module", autouse=True)
def used(running):
    running.orgauth.run("api", "register", "reports", "--org", "acme")
    figure(running.orgauth, "acme", "2026-01-01T10:00:00Z", allowed=5, refused=1)
    figure(running.orgauth, "acme", "2026-01-01T12:00:00Z", api="reports", allowed=7, failed=2)
    figure(running.orgauth, "globex", "2026-01-01T10:00:00Z", allowed=99)


def test_the_figures_of_each_step_are_told(admin):
    told = admin.get(f"/orgs/acme/statistics?{SINCE}").json
    assert [(each["at"][11:13], each["allowed"], each["refused"], each["failed"]) for each in told["series"]] == [
        ("10", 5, 1, 0), ("11", 0, 0, 0), ("12", 7, 0, 2)]
    assert told["counts"] == {"allowed": 12, "refused": 1, "failed": 2}
    assert [(api["name"], api["allowed"]) for api in told["apis"]] == [("reports", 7)]
    assert (told["since"], told["until"], told["step"]) == ("2026-01-01T10:00:00Z", "2026-01-01T13:00:00Z", "hour")
    assert len(admin.get("/orgs/acme/statistics").json["series"]) == 24


@pytest.mark.parametrize("role", ["viewer", "operator", "editor"])
def test_who_may_not_see_users_sees_requests_alone(caller, role):
    told = caller("acme", role).get(f"/orgs/acme/statistics?{SINCE}").json
    assert told["counts"]["allowed"] == 12
    assert (told["users"], told["keys"], told["expiring_keys"]) == (None, None, None)


def test_an_api_user_and_other_organizations_see_nothing(caller):
    assert caller("acme", "api").get("/orgs/acme/statistics").status == 403
    assert caller("globex", "admin").get("/orgs/acme/statistics").status == 404
    assert caller("globex", "viewer").get(f"/orgs/globex/statistics?{SINCE}").json["counts"]["allowed"] == 99


def test_each_count_is_that_of_its_list(site, admin):
    site.orgauth.key("viewer@acme.example", "acme", "--expires", "3d", "--name", "soon")
    site.orgauth.key("viewer@acme.example", "acme", "--expires", "20d")
    told = admin.get("/orgs/acme/statistics").json
    for each in told["users"]:
        assert len(admin.get(f"/orgs/acme/users?status={each['status']}").json["items"]) == each["users"]
    for each, number in zip(told["keys"], (1, 2)):
        listed = admin.get(f"/orgs/acme/keys?status=active&expires_within={each['expires_within']}").json["items"]
        assert len(listed) == each["keys"] == number
    assert [key["name"] for key in told["expiring_keys"]] == ["soon", ""]


@pytest.mark.parametrize("query", ["since=2026-01-02&until=2026-01-01", "since=2020-01-01", "step=week", "since=then", "nothing=1"])
def test_wrong_periods_are_refused(admin, query):
    assert admin.get(f"/orgs/acme/statistics?{query}").status in (400, 422)
