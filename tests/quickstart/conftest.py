# SPDX-License-Identifier: Apache-2.0
"""One copy of the tree, in which ./quickstart is run as a newcomer runs it."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.command import ROOT
from support.httpd import free_port

LEFT_OUT = shutil.ignore_patterns(".git", ".quickstart", "build", "build-sanitizers", "autom4te.cache", "__pycache__", "configure", "*.o", "*.lo")


class Quickstart:
    def __init__(self):
        self.top = Path(tempfile.mkdtemp(prefix="oa-quickstart-")) / "tree"
        shutil.copytree(ROOT, self.top, ignore=LEFT_OUT, symlinks=True)
        self.port = free_port()

    def begin(self):
        self.first = self.run("--port", str(self.port))

    def run(self, *args, code=0):
        done = subprocess.run([str(self.top / "quickstart"), *args], capture_output=True, text=True, cwd="/")
        assert done.returncode == code, done.stdout + done.stderr
        return done

    @property
    def file(self):
        return self.top / ".quickstart/quickstart.json"

    @property
    def facts(self):
        return json.loads(self.file.read_text())

    def remove(self):
        """Only what this copy made: its own ServerRoot, as its own quickstart.json names it."""
        if self.file.exists():
            self.run("stop")
            shutil.rmtree(Path(self.facts["secret_file"]).parent)
        shutil.rmtree(self.top.parent)


@pytest.fixture(scope="session")
def demo():
    quickstart = Quickstart()
    try:
        quickstart.begin()
        yield quickstart
    finally:
        quickstart.remove()
