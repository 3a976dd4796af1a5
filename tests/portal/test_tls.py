# SPDX-License-Identifier: Apache-2.0
"""The portal over TLS, as sites have it: the cookie that belongs to this host alone."""

import pytest

from support.browser import Browser
from support.httpd import free_port, tls
from support.portal import Portal
from conftest import found


@pytest.fixture(scope="module")
def running(relay, certificate):
    """A site whose public URL is https://localhost."""
    port = free_port()
    with Portal(tls(port, certificate)) as site:
        site.people = found(site)
        site.start()
        site.mail_by(relay)
        site.base = f"https://localhost:{port}"
        site.orgauth.run("setting", "set", "site.public_url", site.base)
        yield site
        site.stop_quietly()


def cookies(browser):
    return browser.chromium.cdp("Network.getCookies", urls=[browser.origin])["cookies"]


def test_a_session_over_tls_has_a_cookie_of_this_host_alone(site, browser):
    browser.open().log_in(site.people.admin, "correct horse battery staple").see("Log out")
    [cookie] = cookies(browser)
    assert cookie["name"] == "__Host-orgauth" and cookie["domain"] == "localhost" and cookie["path"] == "/"
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["session"]
    browser.click("Log out").see("Log in")
    assert cookies(browser) == []


def test_a_session_over_tls_does_not_hold_without_it(site, chromiums, browser):
    browser.open().log_in(site.people.admin, "correct horse battery staple").see("Log out")
    plain = Browser(browser.chromium, f"http://localhost:{site.port}/portal/")
    plain.open().see("Log in")


def test_a_link_of_a_mail_leads_to_the_public_url(site, relay):
    site.orgauth.run("invitation", "send", "new@acme.example", "--org", "acme", "--role", "Viewer")
    letter = relay.take("new@acme.example")
    assert letter.link.startswith(f"{site.base}/portal/#/invitations/")
