# SPDX-License-Identifier: Apache-2.0
"""axe-core, which ./runtests fetches: what is wrong with a page for people who cannot see it, or use a mouse."""

import json

from .command import BUILD

SCRIPT = BUILD / "axe/axe_playwright_python/axe.min.js"
# All of WCAG 2.2 AA, and what axe calls best practice.
OPTIONS = {"resultTypes": ["violations"],
           "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def available():
    return SCRIPT.exists()


def violations(chromium):
    """What axe finds on the page as it is: ["rule: element: what to do", …]. It runs in a world of its own: the page's policy forbids
    it there, and does not bind it here."""
    expression = (f"{SCRIPT.read_text()};\naxe.run(document, {json.dumps(OPTIONS)})"
                  ".then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) =>"
                  " `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary} ${node.html}`)))")
    return chromium.evaluate(expression, world="axe")
