# SPDX-License-Identifier: Apache-2.0
"""Logging in and out."""

PASSWORD = "correct horse battery staple"


# R2, U11
def test_a_person_logs_in_and_out(site, browser):
    browser.open().at("/login").focused("E-mail")
    browser.log_in(site.people.admin, PASSWORD).see("Log out")
    browser.click("Log out").at("/login").see("Log in")
    browser.open("/orgs/acme/users").at("/login")


def test_logging_out_clears_what_was_there(site, browser, as_):
    as_("admin")
    browser.open("/orgs/acme/users").see("Vic Viewer").click("My profile").see("Own keys").click("Log out").at("/login").see("Log in")
    browser.driver.back()
    browser.at("/login").see("Log in").see_no("Vic Viewer", "admin@acme.example")
    assert browser.driver.get_cookies() == []
    kept = browser.script("return [...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()")
    assert set(kept) <= {"orgauth.language", "orgauth.theme"}
