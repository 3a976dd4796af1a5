# SPDX-License-Identifier: Apache-2.0
"""Fixtures for all pytest families."""

import shutil
import tempfile
from pathlib import Path

import pytest

from support.command import Orgauth


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
