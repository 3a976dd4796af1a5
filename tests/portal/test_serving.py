# SPDX-License-Identifier: Apache-2.0
"""What httpd says of the portal's files (conf/orgauth-portal.conf), and how the portal begins."""

import re

import pytest

from support.command import ROOT

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
HEADERS = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
           "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


def files():
    folder = ROOT / "portal"
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.suffix in TYPES)


@pytest.mark.parametrize("name", ["", *files()])
def test_each_file_is_served_with_its_type_and_the_headers_that_guard_it(site, name):
    answer = site.get("/portal/" + name)
    assert answer.status == 200
    assert answer.header("Content-Type").split(";")[0] == TYPES["." + (name or "index.html").rsplit(".")[-1]]
    assert {header: answer.header(header) for header in HEADERS} == HEADERS
    assert "camera=()" in answer.header("Permissions-Policy")


def test_the_policy_allows_nothing_but_own_files_and_the_api(site):
    directives = dict(part.strip().split(" ", 1) for part in site.get("/portal/").header("Content-Security-Policy").split(";"))
    assert directives == {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
        "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
        "trusted-types": "'none'"}


def test_where_there_is_no_file_the_answer_is_guarded_as_well(site):
    answer = site.get("/portal/nothing.html")
    assert answer.status == 404 and answer.header("Content-Security-Policy").startswith("default-src 'none'")
    assert site.get("/portal/sources.am").status == 404
    assert site.get("/portal/lib/").status in (403, 404)


def test_a_browser_asks_again_and_gets_nothing_twice(site):
    first = site.get("/portal/app.js")
    again = site.get("/portal/app.js", headers=[("If-None-Match", first.header("ETag"))])
    assert (again.status, again.body) == (304, b"")


def test_without_the_last_slash_it_is_found_too(site):
    answer = site.get("/portal")
    assert answer.status == 301 and answer.header("Location") == site.url


def test_everything_that_is_loaded_at_once_is_announced_at_once(site, browser):
    """No module waits for another one to be read first: whatever the log-in page loads stands in index.html, or is a page or a language."""
    browser.open("/login").see("Log in")
    loaded = browser.script("return performance.getEntriesByType('resource').map((one) => one.name)")
    announced = set(re.findall(r'href="([^"]*)"', site.get("/portal/").body.decode()))
    late = {name.removeprefix(site.url) for name in loaded if name.startswith(site.url)} - announced
    assert all(re.match(r"(pages|texts)/", name) for name in late), late


def test_a_page_of_the_portal_in_a_frame_shows_nothing(site, browser):
    (site.root / "htdocs/framing.html").write_text(f'<!doctype html><title>framing</title><iframe src="{site.url}"></iframe>')
    browser.driver.get(f"{site.base}/framing.html")
    browser.calm()
    browser.driver.switch_to.frame(0)
    assert "Log in" not in browser.driver.page_source
    browser.driver.switch_to.default_content()
    assert any("frame-ancestors" in complaint for complaint in browser.complaints())
