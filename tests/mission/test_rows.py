# SPDX-License-Identifier: Apache-2.0
"""Every row of what the project is for is shown, on each face on which it makes sense, by tests that exist (rows.md)."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ALL = ("module", "command line", "REST", "portal")
ADMINISTRATION = ALL[1:]
FACES = {
    "R1": ("module",), "R2": ("module",), "R3": ("module",), "R4": ALL, "R5": ("module",), "R6": ("module",), "R7": ("REST", "portal"),
    "U1": ADMINISTRATION, "U2": ADMINISTRATION, "U3": ADMINISTRATION, "U4": ALL, "U5": ADMINISTRATION, "U6": ADMINISTRATION, "U7": ADMINISTRATION,
    "U8": ALL, "U9": ALL, "U10": ALL, "U11": ("REST", "portal"),
    "P1": ALL, "P2": ADMINISTRATION, "P3": ALL, "P4": ALL,
    "O1": ADMINISTRATION, "O2": ADMINISTRATION, "O3": ADMINISTRATION, "O4": ADMINISTRATION, "O5": ("portal",),
    "A1": ("REST",), "A2": ADMINISTRATION, "A3": ALL, "A4": ("command line",),
}
FAMILIES = ("api", "cli", "httpd", "mail", "portal")


def rows():
    """(row, face): the tests named."""
    found = {}
    for line in (TESTS / "mission/rows.md").read_text().splitlines():
        if match := re.match(r"\| ([A-Z]\d+) \|.*\| ([^|]+) \| (`[^|]*`) \|$", line):
            assert match.group(1, 2) not in found, f"{match[0]}: is there twice"
            found[match.group(1, 2)] = re.findall(r"`([^`]+)`", match[3])
    return found


@cache
def collected(family):
    """What pytest finds in tests/FAMILY, by name and with each parameter."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", str(TESTS / family)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {re.sub(r"^(tests/)?", "", line) for line in done.stdout.splitlines() if "::" in line}
    return names | {name.split("[")[0] for name in names}


def test_every_row_is_there_with_its_faces_and_no_other():
    assert sorted(rows()) == sorted((row, face) for row, faces in FACES.items() for face in faces)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_test_named_exists(family):
    named = {name for names in rows().values() for name in names if name.startswith(family + "/")}
    assert named and sorted(named - collected(family)) == []


def test_no_test_of_another_family_is_named():
    assert {name.split("/")[0] for names in rows().values() for name in names} == set(FAMILIES)
