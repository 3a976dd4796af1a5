# SPDX-License-Identifier: Apache-2.0
"""axe-core, which ./runtests fetches: what is wrong with a page for people who cannot see it, or use a mouse."""

import json

from .command import BUILD

SCRIPT = BUILD / "axe/axe_playwright_python/axe.min.js"
# All of WCAG 2.2 AA, and what axe calls best practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def available():
    return SCRIPT.exists()


def violations(chromium, only=TAGS):
    """What axe finds on the page as it is: ["rule: element: what to do", …]; COLOURS is all that another theme can change. It runs in a world of its own: the page's policy forbids
    it there, and does not bind it here."""
    options = {"resultTypes": ["violations"], "runOnly": only}
    expression = (f"{SCRIPT.read_text()};\naxe.run(document, {json.dumps(options)})"
                  ".then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) =>"
                  " `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary} ${node.html}`)))")
    return chromium.evaluate(expression, world="axe")
