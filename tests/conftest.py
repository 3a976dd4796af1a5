# SPDX-License-Identifier: Apache-2.0
"""Fixtures for all pytest families."""

import shutil
import tempfile
from pathlib import Path

import pytest

from support.command import PROGRAM, Orgauth


def pytest_sessionstart():
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} is not built; ./runtests builds it, ORGAUTH_BUILD names another build directory", 2)


@pytest.fixture
def store_dir():
    """A directory for a store: short, and traversable for httpd's user."""
    path = Path(tempfile.mkdtemp(prefix="oa-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def orgauth(store_dir):
    """The command on an empty store of its own."""
    return Orgauth(store_dir / "store/orgauth.db", store_dir / "secret").init()
