# SPDX-License-Identifier: Apache-2.0
"""One httpd per test module, with the module's CONFIG; every test is charged with the error-log lines that it causes."""

import pytest

from support.httpd import Site


@pytest.fixture(scope="module")
def running(request):
    """The module's Site. A module that needs people makes them in a fixture of its own on top of this one."""
    site = Site(getattr(request.module, "CONFIG", ""))
    try:
        site.orgauth.run("org", "create", "Acme", "--slug", "acme", "--admin", "root@acme.example")
        site.start()
        yield site
        site.begin_test()
        site.stop()
        assert site.unexpected() == [], "httpd complained while it stopped"
    finally:
        site.close()


@pytest.fixture
def site(running):
    """The module's Site for one test: as its CONFIG says at the beginning, and without a word in the error log that the
    test did not expect(). A test that needs another configuration calls site.restart(config)."""
    config = running.config
    running.begin_test()
    yield running
    unexpected = running.unexpected()
    if running.config != config or running.process is None:
        running.restart(config)
    assert unexpected == [], "unexpected lines in the error log"
