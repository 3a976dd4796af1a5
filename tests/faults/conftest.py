# SPDX-License-Identifier: Apache-2.0
"""Faults and what must hold after each. In full with ORGAUTH_PROVE=1 (make prove); ./runtests takes every so many-th step."""

import os

import pytest

FULL = os.environ.get("ORGAUTH_PROVE") == "1"


def steps(limit, stride):
    """The numbers of the system calls that a fault is put into: all in full, else a few, ever farther apart."""
    number = 1
    while number < limit:
        yield number
        number += 1 if FULL else 1 + number // stride


@pytest.fixture(scope="session", autouse=True)
def with_strace():
    if os.system("strace -qq -o /dev/null true") != 0:
        pytest.skip("strace cannot trace here", allow_module_level=True)
