# SPDX-License-Identifier: Apache-2.0
"""A browser in the hands of a person: everything is found by its role and name, clicked and typed for real, and waited for."""

import json
import re
from pathlib import Path

from selenium.common.exceptions import (ElementClickInterceptedException, ElementNotInteractableException, JavascriptException,
                                        StaleElementReferenceException)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

LOOK = Path(__file__).with_name("look.js").read_text()
PATIENCE = 20000  # milliseconds until what does not come counts as missing
KEYS = {"Enter": Keys.ENTER, "Escape": Keys.ESCAPE, "Tab": Keys.TAB, "Down": Keys.ARROW_DOWN, "Up": Keys.ARROW_UP, "Left": Keys.ARROW_LEFT,
        "Right": Keys.ARROW_RIGHT, "Space": Keys.SPACE, "Backspace": Keys.BACKSPACE, "Home": Keys.HOME, "End": Keys.END}
MOVED = (StaleElementReferenceException, ElementClickInterceptedException, ElementNotInteractableException)
TABLE = """
const text = (cell) => cell.innerText.replace(/\\s+/g, ' ').trim();
const heads = [...arguments[0].querySelectorAll('thead th, thead td')].map(text);
return [...arguments[0].querySelectorAll('tbody tr')].filter((row) => row.checkVisibility())
  .map((row) => Object.fromEntries([...row.cells].map((cell, i) => [heads[i] ?? String(i), text(cell)])));
"""
# Answers of the API that the page has to deal with; the console calls each an error.
REFUSED = re.compile(r"/orgauth/v1/\S* - Failed to load resource: the server responded with a status of 4\d\d")


class Part:
    """The page, or a part of it: the same verbs within."""

    def __init__(self, browser, path):
        self.browser, self.path = browser, path

    # Where ------------------------------------------------------------------------------------------------------

    def part(self, kind, name=None, nth=None, role=None):
        return Part(self.browser, [*self.path, {"kind": kind, "name": name, "nth": nth, "role": role}])

    def row(self, text):
        """The row of a table, or the item of a list below, that holds `text`."""
        return self.part("row", text)

    def item(self, text):
        return self.part("item", text)

    def group(self, name):
        return self.part("group", name)

    def dialog(self, name=None):
        return self.part("dialog", name)

    @property
    def node(self):
        return self.browser.look({"look": "node", "path": self.path})

    # What is there ----------------------------------------------------------------------------------------------

    def see(self, *texts):
        """Waits until all of these texts are shown."""
        for text in texts:
            self.browser.look({"look": "text", "path": self.path, "text": text})
        return self

    def see_no(self, *texts):
        """Waits until none of these texts is shown."""
        for text in texts:
            self.browser.look({"look": "text", "path": self.path, "text": text, "gone": True})
        return self

    def find(self, name, kind="action", role=None):
        """Waits for an action (or field, heading …) of that name; its WebElement."""
        return self.part(kind, name, role=role).node

    def find_no(self, name, kind="action", role=None):
        """Waits until no action of that name is offered."""
        path = self.part(kind, name, role=role, nth=0).path
        self.browser.look({"look": "node", "path": path, "gone": True})

    @property
    def text(self):
        return self.node.text

    def value(self, label):
        return self.find(label, "field").get_property("value")

    def checked(self, label):
        return self.find(label, "field").is_selected()

    def problem(self, label):
        """What is said to be wrong with a field, beside it."""
        ids = self.find(label, "field").get_attribute("aria-describedby") or ""
        return self.browser.script("return arguments[0].split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join(' ').trim()", ids)

    def rows(self, name=None):
        """The lines of a table: [{column: text}]."""
        return self.browser.script(TABLE, self.part("table", name).node)

    # What is done -----------------------------------------------------------------------------------------------

    def click(self, name, role=None, nth=None):
        target = self.part("action", name, role=role, nth=nth)
        self.browser.until_it_stays(lambda: target.node.click())
        return self

    def type(self, label, text, *keys):
        """Puts `text` in place of what stands in a field; then presses `keys`."""
        field = self.part("field", label)

        def write():
            node = field.node
            node.send_keys(Keys.CONTROL, "a")
            node.send_keys(Keys.BACKSPACE)
            node.send_keys(text, *(KEYS[key] for key in keys))
        self.browser.until_it_stays(write)
        return self

    def paste(self, label, text):
        self.browser.script("return navigator.clipboard.writeText(arguments[0])", text)
        self.browser.until_it_stays(lambda: self.find(label, "field").send_keys(Keys.CONTROL, "v"))
        return self

    def choose(self, label, *options):
        """Options of a select, by what they say."""
        for option in options:
            self.browser.until_it_stays(lambda: Select(self.find(label, "field")).select_by_visible_text(option))
        return self

    def tick(self, label, on=True):
        """A check box or radio button. Where its own box is too small to be hit, its label is."""
        def set_it():
            box = self.find(label, "field")
            if box.is_selected() != on:
                try:
                    box.click()
                except (ElementClickInterceptedException, ElementNotInteractableException):
                    self.browser.script("return arguments[0].labels[0]", box).click()
        self.browser.until_it_stays(set_it)
        assert self.find(label, "field").is_selected() == on
        return self

    def upload(self, label, path):
        """Gives a file to a field for files."""
        self.find(label, "file").send_keys(str(path))
        return self

    def drop(self, text, path):
        """Drags a file from elsewhere to where `text` stands, and lets it fall."""
        place = self.browser.driver.find_element(By.XPATH, f"//*[text()='{text}']").rect
        at = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
        for event in ("dragEnter", "dragOver", "drop"):
            self.browser.chromium.cdp("Input.dispatchDragEvent", type=event, data={"items": [], "files": [str(path)], "dragOperationsMask": 1}, **at)
        return self


class Browser(Part):
    """A Chromium at one portal. `url` ends with /portal/."""

    def __init__(self, chromium, url):
        super().__init__(self, [])
        self.chromium, self.driver, self.url = chromium, chromium.driver, url
        origin = url.removesuffix("/portal/")
        chromium.forget(origin)
        self.origin = origin

    def look(self, wanted):
        """Waits for what look.js describes."""
        script = f"const look = function () {{ {LOOK} }}; look.apply(null, arguments);"
        for _ in range(3):
            try:
                answer = self.driver.execute_async_script(script, wanted, PATIENCE)
                break
            except JavascriptException as gone:  # another document was loaded meanwhile
                if "unload" not in str(gone):
                    raise
        assert "missing" not in answer, answer["missing"]
        return answer["found"]

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def until_it_stays(self, act):
        """Does `act` again where the page put another element into the place of the one that was found."""
        for attempt in range(20):
            try:
                return act()
            except MOVED:
                if attempt == 19:
                    raise
                self.calm()

    # Places -----------------------------------------------------------------------------------------------------

    def open(self, path=""):
        """A page of the portal, as by its address: "/orgs/acme/users"."""
        self.follow(f"{self.url}#{path}" if path else self.url)
        return self

    def follow(self, link):
        """An address out of a mail, say; always loaded anew."""
        if self.driver.current_url.split("#")[0] == link.split("#")[0]:
            self.driver.get("about:blank")
        self.driver.get(link)
        self.calm()
        return self

    def at(self, address):
        """Waits until the address behind # begins so."""
        self.look({"look": "address", "address": "#" + address})
        return self

    @property
    def address(self):
        return self.script("return location.hash")

    def calm(self):
        """Waits until nothing is under way."""
        self.look({"look": "calm"})
        return self

    # Hands and eyes ---------------------------------------------------------------------------------------------

    def press(self, *keys, shift=False):
        actions = ActionChains(self.driver)
        if shift:
            actions.key_down(Keys.SHIFT)
        for key in keys:
            actions.send_keys(KEYS.get(key, key))
        if shift:
            actions.key_up(Keys.SHIFT)
        actions.perform()
        return self

    def focused(self, name):
        """Waits until what is called so has the focus."""
        self.look({"look": "focus", "name": name})
        return self

    @property
    def clipboard(self):
        return self.script("return navigator.clipboard.readText()")

    def downloaded(self):
        """The file that is being saved: (its name, its octets)."""
        file = self.browser.until(self.chromium.downloaded, "download")
        octets = file.read_bytes()
        file.unlink()
        return file.name, octets

    def until(self, condition, what):
        """Looks between two frames of the page until `condition` holds: for what happens outside of it."""
        for _ in range(PATIENCE // 16):
            if found := condition():
                return found
            self.driver.execute_async_script("requestAnimationFrame(() => arguments[arguments.length - 1]())")
        raise AssertionError(f"no {what}")

    # Sessions ---------------------------------------------------------------------------------------------------

    def log_in(self, email, password):
        """On the log-in page, as a person does."""
        self.see("Log in").type("E-mail", email).type("Password", password, "Enter")
        return self

    def sign_in(self, cookie):
        """Takes up a session that was begun elsewhere: "name=value"."""
        name, value = cookie.split("=", 1)
        self.chromium.cdp("Network.setCookie", url=self.origin, name=name, value=value, path="/", httpOnly=True, sameSite="Strict")
        return self

    # What must never be -----------------------------------------------------------------------------------------

    def complaints(self):
        """Errors on the console since the last time, but for what the API refused."""
        return [entry["message"] for entry in self.chromium.log()
                if entry["level"] == "SEVERE" and not REFUSED.search(entry["message"])]

    def picture(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.chromium.picture())
