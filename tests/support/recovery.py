# SPDX-License-Identifier: Apache-2.0
"""After a fault service is right again, with no hand laid on it. How soon it must be is held to by `make prove`, on a
machine left alone; elsewhere only what never comes fails, for a busy machine is no fault of ours."""

import os
import time

from . import keys

PROVING = "ORGAUTH_PROVE" in os.environ
RECOVERY = 5 if PROVING else 60  # seconds
NOTICE = 1 if PROVING else 60  # until each child has looked at the store's file


def wait_until(holds, what, seconds=RECOVERY):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.02)


def assert_right_again(site, person):
    """All of it: right key, right password, wrong key, wrong role."""
    def right():
        return (site.get("/file/any", key=person.key).status == 200
                and site.get("/file/any", login=(person.email, person.password)).status == 200
                and site.get("/file/any", key=keys.unknown()).status == 401
                and site.get("/file/editor", key=person.key).status == 403)

    wait_until(right, lambda: "not right again in time:\n" + site.log()[-4000:])
