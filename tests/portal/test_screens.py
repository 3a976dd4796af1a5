# SPDX-License-Identifier: Apache-2.0
"""Each screen and open dialog, in light and dark, wide and narrow. The pictures stay in build/screenshots."""

import pytest

from support import axe

from conftest import PICTURES
from screens import SCREENS

SIZES = {"wide": (1280, 800), "narrow": (360, 740)}
# Nothing sticks out of a window of 320 pixels, which is what 1280 are at 400 % (WCAG 1.4.10).
STICKS_OUT = """
const wide = document.scrollingElement.clientWidth;
return [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > wide + 1
  && !node.closest('.sr, table, .scroll, svg, pre')).map((node) => node.outerHTML.slice(0, 200));
"""


@pytest.fixture(scope="module")
def scene(running):
    """What the screens show: {name: id}."""
    orgauth = running.orgauth
    orgauth.run("org", "create", "Acme Lab", "--slug", "lab", "--parent", "acme")
    for api in ("demo", "reports"):
        orgauth.run("api", "register", api, "--org", "acme")
        orgauth.run("api", "attach", api, "--user", running.people.viewer)
    orgauth.run("api", "attach", "reports", "--org", "acme", "--user", "admin@globex.example")
    orgauth.run("role", "create", "Auditor", "--org", "acme", "--type", "administrator", "--permission", "audit:view", "--permission", "flow:*",
                "--required-field", "last_name", "--summary", "Looks, and says so")
    orgauth.run("key", "issue", "--user", running.people.viewer, "--name", "laptop", "--expires", "90d")
    denied = running.person("denied@acme.example", first="Dan", last="Denied")
    for _ in range(10):
        running.api("POST", "/sessions", {"email": denied, "password": "wrong"})
    sent = [orgauth.items("invitation", "send", f"{name}@else.example", "--org", "acme", "--role", "Editor", "--print-link")[0]
            for name in ("guest", "other")]
    return {"wrong_token": "x" * 56, "invitation_token": sent[0]["link"].rsplit("/", 1)[1],
            "denied": next(row["id"] for row in orgauth.items("user", "list", "--org", "acme", "--search", "denied@")),
            "user": next(row["id"] for row in orgauth.items("user", "list", "--org", "acme", "--search", "viewer@")),
            "api": orgauth.json("api", "show", "reports", "--org", "acme")["id"],
            "role": orgauth.json("role", "show", "Auditor", "--org", "acme")["id"]}


@pytest.fixture(params=SCREENS, ids=lambda screen: screen.name)
def screen(request, browser, as_, scene):
    """The browser, with the screen open."""
    screen = request.param
    if screen.who:
        as_(screen.who)
    browser.screen = screen
    return screen.open(browser, scene)


# All that came over the wire for this screen, opened with nothing in the cache: modules, style, one language.
LOADED = """
return [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')]
  .filter((one) => one.name.includes('/portal/')).reduce((sum, one) => sum + one.decodedBodySize, 0);
"""


def test_each_screen_is_small_open_to_everybody_and_there_in_every_light_and_size(screen):
    chromium, name = screen.chromium, screen.screen.name
    assert 0 < screen.script(LOADED) < 150000
    for theme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            chromium.size(width, height)
            chromium.emulate(dark=theme == "dark")
            screen.calm().picture(PICTURES / f"{name}-{theme}-{size}.png")
        found = axe.violations(chromium) if axe.available() else []
        assert not found, f"{theme}:\n" + "\n".join(found)
    chromium.size(320, 600)
    screen.calm()
    assert screen.script("return document.scrollingElement.scrollWidth") <= 320, screen.script(STICKS_OUT)


def test_axe_is_there():
    if not axe.available():
        pytest.skip("axe-core comes over the network, and has not come")
