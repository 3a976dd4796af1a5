# SPDX-License-Identifier: Apache-2.0
"""The overview: what places answered, who is in which state, what ends soon; each leads to its list."""

import datetime

import pytest

from support.messages import figure


@pytest.fixture
def page(site, browser, as_):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:00:00Z")
    if "counted" not in {api["name"] for api in site.orgauth.items("api", "list", "--org", "acme")}:
        site.orgauth.run("api", "register", "counted", "--org", "acme")
        figure(site.orgauth, "acme", now, api="counted", allowed=41, refused=3, failed=2)
        site.orgauth.run("key", "issue", "--user", site.people.viewer, "--org", "acme", "--name", "ending soon", "--expires", "5d")
    as_("admin")
    return browser.open("/orgs/acme/overview").see("Most used Web APIs")


def test_requests_refusals_and_failures_are_counted(page):
    page.see("41 let in, 3 refused", "2 wrong attempts")
    page.click("API messages", nth=0).at("/orgs/acme/messages")
    page.open("/orgs/acme/overview").click("Who is denied").at("/orgs/acme/users?status=DENIED")


def test_the_most_used_web_api_leads_to_its_page(page):
    page.click("counted 41", role="link").see("counted").at("/orgs/acme/apis/")


def test_users_by_status_lead_to_them(page):
    page.click("Last 30 days").at("/orgs/acme/overview?step=day").see("41 let in, 3 refused")


def test_a_key_that_ends_soon_is_named(page):
    page.see("ending soon", "in 5 days")
