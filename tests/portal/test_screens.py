# SPDX-License-Identifier: Apache-2.0
"""Each screen and open dialog, in light and dark, wide and narrow. The pictures stay in build/screenshots."""

import datetime
import functools

import pytest

from support import axe
from support.messages import figure

from conftest import PICTURES
from screens import SCREENS

# What the reader prefers, and what axe looks for there: in the dark, what colours can change; forced ones are not the portal's.
LIGHTS = {"forced": ({"forced": True}, None), "light": ({}, axe.TAGS), "dark": ({"dark": True}, axe.COLOURS)}
SIZES = {"wide": (1280, 800), "narrow": (360, 740)}
# Nothing sticks out of a window of 320 pixels, which is what 1280 are at 400 % (WCAG 1.4.10), to either side.
STICKS_OUT = """
const root = document.scrollingElement, wide = root.clientWidth;
const out = [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility() && !node.closest('.sr, .scroll, svg, thead'))
  .filter((node) => { const box = node.getBoundingClientRect(); return box.width > 0 && (box.right > wide + 1 || box.left < -1); });
return [...(root.scrollWidth > wide ? [`${root.scrollWidth} wide`] : []), ...out.map((node) => node.outerHTML.slice(0, 200))];
"""


def busy_day(orgauth):
    """A day of work at acme: quiet at night, busy at noon."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)
    for ago in range(24):
        hour = now - datetime.timedelta(hours=ago)
        work = max(0, 60 - 7 * abs(hour.hour - 12))
        for api, share in (("reports", 3), ("demo", 1)):
            figure(orgauth, "acme", hour.strftime("%Y-%m-%dT%H:00:00Z"), api=api, allowed=work * share, refused=work // 9 + share, failed=work // 20)


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
    long = running.person("hubert-blaine-maximilian.wolfeschlegelsteinhausenbergerdorff@acme.example", org="lab", first="Hubert-Blaine-Maximilian-Sebastian",
                          last="Wolfeschlegelsteinhausenbergerdorff")
    orgauth.run("key", "issue", "--user", long, "--name", "a-name-of-a-key-that-goes-on-for-much-longer-than-anybody-would-think")
    for name, life in (("build server", "5d"), ("nightly report", "20d")):
        orgauth.run("key", "issue", "--user", running.people.editor, "--name", name, "--expires", life)
    busy_day(orgauth)
    denied = running.person("denied@acme.example", first="Dan", last="Denied")
    for _ in range(10):
        running.api("POST", "/sessions", {"email": denied, "password": "wrong"})
    sent = [orgauth.items("invitation", "send", f"{name}@else.example", "--org", "acme", "--role", "Editor", "--print-link")[0]
            for name in ("guest", "other")]
    return {"wrong_token": "x" * 56, "invitation_token": sent[0]["link"].rsplit("/", 1)[1],
            "denied": next(row["id"] for row in orgauth.items("user", "list", "--org", "acme", "--search", "denied@")),
            "long": next(row["id"] for row in orgauth.items("user", "list", "--org", "lab", "--search", long)),
            "user": next(row["id"] for row in orgauth.items("user", "list", "--org", "acme", "--search", "viewer@")),
            "api": orgauth.json("api", "show", "reports", "--org", "acme")["id"],
            "role": orgauth.json("role", "show", "Auditor", "--org", "acme")["id"]}


@pytest.fixture(scope="module")
def cookies(running):
    """cookies(name): one session of each for all screens."""
    return functools.cache(lambda name: running.session(getattr(running.people, name)))


@pytest.fixture
def as_(browser, cookies):
    return lambda name: browser.sign_in(cookies(name))


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
    for light, (how, rules) in LIGHTS.items():
        chromium.emulate(**how)
        for size, (width, height) in SIZES.items():
            chromium.size(width, height)
            screen.calm().picture(PICTURES / f"{name}-{light}-{size}.png")
        found = axe.violations(chromium, rules) if rules and axe.available() else []
        assert not found, f"{light}:\n" + "\n".join(found)
    chromium.size(320, 600)
    for direction in ("ltr", "rtl"):
        screen.script("document.documentElement.dir = arguments[0]", direction)
        screen.calm()
        assert not screen.script(STICKS_OUT), direction
    if not screen.screen.steps:  # a dialog does not survive being loaded anew
        screen.script("localStorage.setItem('orgauth.language', 'de')")
        screen.driver.refresh()
        screen.calm()
        assert not screen.script(STICKS_OUT), "German"


def test_axe_is_there():
    if not axe.available():
        pytest.skip("axe-core comes over the network, and has not come")
