# SPDX-License-Identifier: Apache-2.0
"""docs/story.md is true: each of its commands is run in order, and prints what the document shows."""

import os
import re

from story import Shell, agrees, steps
from support.command import ROOT

TEXT = (ROOT / "docs/story.md").read_text()


def test_the_story_is_told_from_beginning_to_end(demo):
    demo.file.unlink()  # a demo that nothing has happened to
    demo.run("--port", str(demo.port))
    shell = Shell(demo.top, dict(os.environ))
    told = list(steps(TEXT))
    assert len(told) > 15 and told[-1].commands == "./quickstart stop\n"
    try:
        for step in told:
            said, status = shell.run(step.commands)
            assert status == 0, f"docs/story.md:{step.line}: exit {status}\n{said}"
            if step.shown is not None:
                shown = step.shown.replace(":8080", f":{demo.port}")
                assert agrees(shown, said), f"docs/story.md:{step.line}: printed\n{said}\nand not\n{shown}"
    finally:
        shell.close()


def test_what_a_document_shows_is_compared():
    assert agrees("a … c\n", "a b c\n") and agrees("a\n…\nz\n", "a\n1\n2\nz\n") and agrees("a\n…\n", "a\n")
    assert not agrees("a … c\n", "a b d\n") and not agrees("a\n", "a\nb\n") and not agrees("a.c\n", "abc\n")


def test_the_documents_point_at_files_that_exist():
    for page in [ROOT / "README.md", ROOT / "HACKING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
