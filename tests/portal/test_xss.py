# SPDX-License-Identifier: Apache-2.0
"""Text that would like to be markup, in every field, on every screen: shown as it is, and nothing else.

What would run, or be fetched, is refused by the policy, and so it would be an error of the console, which fails the test.
"""

import pytest

CANARIES = ['<img src=x onerror="fetch(1)">', '"><script>alert(1)</script>', "<svg onload=alert(1)>", "javascript:alert(1)//", "{{1+1}}", "&lt;b&gt;&amp;"]
SCREENS = ["/orgs/{org}/about", "/orgs/{org}/users", "/orgs/{org}/users/{user}", "/orgs/{org}/users/add", "/orgs/{org}/users/add?how=outside", "/orgs/{org}/invitations",
           "/orgs/{org}/import", "/orgs/{org}/apis/{api}", "/orgs/{org}/apis/import", "/orgs/{org}/keys", "/orgs/{org}/roles", "/orgs/{org}/roles/{role}",
           "/orgs/{org}/audit", "/orgs/{org}/messages", "/me", "/site", "/site/settings", "/site/mails", "/site/audit"]


@pytest.fixture(scope="module")
def planted(running):
    """An organization whose every text is a canary; {name: id}, for the paths of screens."""
    orgauth = running.orgauth
    image, script, svg, link, braces, entities = CANARIES
    orgauth.run("org", "create", image, "--slug", "canary", "--admin", "boss@canary.example")
    orgauth.run("org", "create", script, "--slug", "canary-below", "--parent", "canary")
    orgauth.run("role", "create", svg, "--org", "canary", "--permission", "things:view", "--summary", image)
    orgauth.run("user", "create", "xss@canary.example", "--org", "canary", "--role", svg, "--first-name", image, "--last-name", script,
                "--set", f"team={svg}")
    orgauth.run("api", "register", "canary", "--org", "canary", "--summary", image + script)
    orgauth.run("api", "attach", "canary", "--org", "canary", "--user", "xss@canary.example")
    orgauth.run("key", "issue", "--user", "xss@canary.example", "--org", "canary", "--name", script)
    orgauth.run("invitation", "send", "guest@else.example", "--org", "canary", "--role", svg)
    orgauth.run("setting", "set", "site.name", image + entities)
    # As a browser that says odd things of itself, and a person whose own names are canaries.
    orgauth.run("user", "edit", running.people.super, "--org", "site", "--first-name", braces, "--last-name", link)
    return {"org": "canary", "user": orgauth.json("user", "show", "xss@canary.example")["id"],
            "api": orgauth.json("api", "show", "canary", "--org", "canary")["id"],
            "role": next(role["id"] for role in orgauth.items("role", "list", "--org", "canary") if role["name"] == svg)}


STRANGE = """
return [...document.querySelectorAll('img, script:not([src]), svg[onload], iframe, object, embed, [onerror], [onload], [onclick], a[href^="javascript:"]')]
  .map((node) => node.outerHTML);
"""


@pytest.mark.parametrize("path", SCREENS)
def test_it_is_shown_as_text(site, browser, planted, path):
    browser.sign_in(site.session(site.people.super)).open(path.format(**planted)).calm()
    browser.group("Main").see(CANARIES[4])
    assert browser.script(STRANGE) == []


def test_in_the_places_where_it_belongs_it_is_there_as_it_was_written(site, browser, planted):
    image, script, svg, *_ = CANARIES
    browser.sign_in(site.session(site.people.super))
    browser.open("/orgs/canary/about").see(image, script, image + script)
    browser.open("/orgs/canary/users").see(f"{image} {script}", svg)
    browser.open(f"/orgs/canary/users/{planted['user']}").see(f"{image} {script}", svg).calm()
    assert (browser.value("First name"), browser.value("Last name"), browser.value("team")) == (image, script, svg)
    browser.open("/orgs/canary/keys").see(script)
    browser.open("/orgs/canary/roles").see(svg, image)
    browser.open("/orgs/canary/audit").see(svg)


def test_dialogs_and_passing_words_show_it_as_text(site, browser, planted):
    image, script, svg, *_ = CANARIES
    browser.sign_in(site.session(site.people.super)).open("/orgs/canary/about").group("Sub-organizations").row(script).click(f"Actions for {script}").click("Suspend")
    browser.see(f"Suspend {script}?").dialog().click("Suspend")
    browser.see(f"{script} is suspended.").group("Sub-organizations").row(script).click(f"Actions for {script}").click("Resume")
    browser.open("/orgs/canary/roles").group("Own roles").row(svg).click(f"Actions for {svg}").click("Remove")
    browser.see(f"Remove the role {svg}?").press("Escape")
    assert browser.script(STRANGE) == []


@pytest.mark.parametrize("typed", CANARIES)
def test_what_is_typed_into_a_search_or_an_address_stays_text(site, browser, as_, typed):
    as_("admin")
    browser.open("/orgs/acme/users").see("Vic Viewer").type("Search by name or e-mail", typed).see("Nothing matches")
    browser.open("/orgs/acme/users/add").paste("E-mail addresses", f"{typed}\nann@else.example").see("ann@else.example")
    browser.driver.get("about:blank")
    assert browser.script("return document.scripts.length") == 0


@pytest.mark.parametrize("hash", ["#/orgs/%3Cimg%20src=x%20onerror=alert(1)%3E/users", "#/<script>alert(1)</script>", "#/orgs/acme/users?q=%22%3E%3Csvg%20onload=alert(1)%3E",
                                  "#javascript:alert(1)", "#/invitations/%3Cimg%20src=x%3E", "#/orgs/acme/users/%2e%2e%2fglobex", "#/%ff%00"])
def test_an_address_made_by_somebody_else_does_nothing(site, browser, as_, hash):
    as_("admin")
    browser.driver.get("about:blank")
    browser.driver.get(site.url + hash)
    browser.calm()
    assert browser.script(STRANGE) == []


def test_a_strange_browser_is_shown_as_text_among_the_sessions(site, browser):
    headers = [("Content-Type", "application/json"), ("Origin", site.base), ("User-Agent", CANARIES[0])]
    body = f'{{"email": "{site.people.editor}", "password": "correct horse battery staple"}}'.encode()
    assert site.request("POST", "/orgauth/v1/sessions", headers=headers, body=body).status == 201
    browser.sign_in(site.session(site.people.editor)).open("/me").see(CANARIES[0])
    assert browser.script(STRANGE) == []
