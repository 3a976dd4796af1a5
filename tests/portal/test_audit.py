# SPDX-License-Identifier: Apache-2.0
"""Audit: who did what to whom, found, read and taken along."""

import csv
import io
import json

import pytest


@pytest.fixture(scope="module")
def deeds(running):
    """Things that were done to Vic."""
    vic = running.people.viewer
    for verb in ("ban", "validate", "deactivate", "activate"):
        running.orgauth.run("user", verb, vic, "--org", "acme", "--yes")
    running.orgauth.run("user", "set-role", vic, "--org", "acme", "--role", "Operator")
    return vic


@pytest.fixture
def page(browser, as_, deeds):
    as_("admin")
    return browser.open("/orgs/acme/audit").see("banned viewer@acme.example")


# A2
def test_each_event_is_told_in_plain_words(page):
    page.see("root banned viewer@acme.example", "root validated viewer@acme.example", "root made viewer@acme.example Operator",
             "admin@acme.example logged in", "root created the organization acme")


def test_it_is_searched_by_who_whom_and_what_and_the_address_keeps_it(page):
    page.type("To whom or what", "viewer@acme.example", "Enter").at("/orgs/acme/audit?target=viewer").see_no("admin@acme.example logged in").see("banned viewer@acme.example")
    page.choose("What", "… banned …").see_no("validated viewer@acme.example").see("banned viewer@acme.example")
    assert len(page.rows()) == 1
    page.follow(page.driver.current_url).see("banned viewer@acme.example")
    assert page.value("To whom or what") == "viewer@acme.example" and len(page.rows()) == 1
    page.open("/orgs/acme/audit?actor=viewer@acme.example").see("Nothing matches")


def test_words_are_searched_for_as_they_are_typed(page):
    page.type("Search who, whom, what", "viewer ban").at("/orgs/acme/audit?q=viewer").see("banned viewer@acme.example").see_no("validated viewer@acme.example")
    page.open("/orgs/acme/audit?q=nobody").see("Nothing matches")


def test_it_is_searched_by_time(page):
    today = page.script("const day = new Date(); return day.toLocaleDateString('sv')")
    page.open(f"/orgs/acme/audit?since={today}&until={today}").see("banned viewer@acme.example")
    page.open("/orgs/acme/audit?since=2001-01-01&until=2001-12-31").see("Nothing matches")


def test_the_details_of_an_event_are_shown(page):
    page.open("/orgs/acme/audit?action=user.set-role").row("Operator").click("Details")
    page.dialog("Event").see("user.set-role", "evt_", "role", "Operator")
    page.press("Escape").focused("Details")


def test_what_was_found_is_taken_along_as_csv_and_json(page):
    page.open("/orgs/acme/audit?target=viewer@acme.example").see("banned viewer@acme.example").click("Export").click("As CSV").see("The events are saved")
    name, octets = page.downloaded()
    rows = list(csv.DictReader(io.StringIO(octets.decode())))
    assert name == "audit-acme.csv" and {row["target"] for row in rows} == {"viewer@acme.example"}
    assert {"user.ban", "user.validate"} <= {row["action"] for row in rows}
    page.click("Export").click("As JSON lines").see("The events are saved")
    name, octets = page.downloaded()
    events = [json.loads(line) for line in octets.decode().splitlines()]
    assert name == "audit-acme.jsonl" and len(events) == len(rows)


def test_pages_follow_each_other(site, page):
    for _ in range(55):
        site.orgauth.run("user", "edit", site.people.editor, "--org", "acme", "--first-name", "Ed")
    page.open("/orgs/acme/audit?action=user.edit").see("changed the profile")
    first = len(page.rows())
    page.click("Next", role="button").calm()
    assert first == 50 and 5 <= len(page.rows()) < 50
    page.click("Previous").calm()
    assert len(page.rows()) == 50


def test_who_may_not_see_it_is_not_offered_it(browser, as_):
    as_("editor")
    browser.open("/orgs/acme/about").see("Web APIs").find_no("Audit", role="link")
    browser.open("/orgs/acme/audit").see("permission").see_no("admin@acme.example logged in")


def test_of_the_whole_site_for_a_superadmin(browser, as_, deeds):
    as_("super")
    browser.open("/site/audit?action=user.ban").see("root banned viewer@acme.example")
    browser.open("/site/audit?action=org.create").see("root created the organization globex", "root created the organization acme")
