# SPDX-License-Identifier: Apache-2.0
"""Logging in and out."""

PASSWORD = "correct horse battery staple"


# R2, U11
def test_a_person_logs_in_and_out(site, browser):
    browser.open().at("/login").focused("E-mail")
    browser.log_in(site.people.admin, PASSWORD).see("Log out")
    browser.click("Log out").at("/login").see("Log in")
    browser.open("/orgs/acme/users").at("/login")
