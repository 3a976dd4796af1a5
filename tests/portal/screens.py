# SPDX-License-Identifier: Apache-2.0
"""Every screen of the portal, and every dialog that it opens: what test_screens.py looks at in all lights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """`path` may name what the scene has, as {user}; `sees` says when it is there; `steps` open a dialog: names of what is clicked."""
    name: str
    path: str
    sees: str
    who: str = "admin"
    steps: tuple = ()

    def open(self, browser, scene):
        browser.open(self.path.format(**scene)).see(self.sees)
        for step in self.steps:
            browser.click(step)
        return browser.calm()


SCREENS = [
    Screen("login", "/login", "Log in", who=None),
    Screen("users", "/orgs/acme/users", "Vic Viewer"),
]
