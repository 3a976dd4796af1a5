# SPDX-License-Identifier: Apache-2.0
"""The pages of the manual say what the tables say: every verb with its options, its way by REST and its permission, every setting, every route.
That each noun has a page, and that no page makes groff or mandoc complain, is tests/manual/test_manual.sh, a part of `make check`."""

import re
import subprocess

import pytest

from support.command import BUILD, Orgauth, ROOT

NOUNS = sorted(path.stem.removeprefix("orgauth-") for path in (BUILD / "man").glob("orgauth-*.1"))


def page(name):
    done = subprocess.run(["groff", "-Kutf8", "-man", "-Tutf8", "-rLL=1000n", BUILD / "man" / name], capture_output=True, text=True, check=True)
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout).replace("‐", "-").replace("−", "-").replace("­", "")
    return text


def sections(text):
    """Headings, of both levels, with the lines below them."""
    found, name = {}, ""
    for line in text.splitlines():
        if re.match(r" {0,3}\S", line):
            name = line.strip()
        found.setdefault(name, []).append(line.strip())
    return {name: "\n".join(lines) for name, lines in found.items()}


@pytest.fixture(scope="module")
def bare():
    return Orgauth("/nonexistent/orgauth.db", "/nonexistent/secret")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_page_has_each_verb_with_each_of_its_arguments(bare, noun):
    told = sections(page(f"orgauth-{noun}.1"))
    verbs = re.findall(rf"^  {noun} ([a-z-]+)", bare(noun, "--help"), re.M) if "VERB" in bare(noun, "--help").splitlines()[0] else [None]
    for verb in verbs:
        here = told[verb] if verb else told["OPTIONS"]
        help_text = bare(*filter(None, [noun, verb]), "--help").split("Options of every command")[0]
        arguments = help_text.partition("Arguments:")[2]
        for option in re.findall(r"^  (--[a-z-]+|[A-Z:=]+)", arguments, re.M):
            assert re.search(rf"^{option}\b", here, re.M), (verb, option)


def test_a_verb_tells_its_way_by_rest_its_permission_and_that_it_asks():
    ban = sections(page("orgauth-user.1"))["ban"]
    assert "REST: POST /v1/orgs/{org}/users/{user}/ban." in ban
    assert "Permission: users:edit in the home organization of the user, or above." in ban
    assert "it asks first, unless --yes" in ban
    listed = sections(page("orgauth-user.1"))["list"]
    assert "where search is q" in listed and "it asks" not in listed
    assert "REST" not in sections(page("orgauth-store.1"))["backup"]


def test_every_setting_is_in_its_page_and_in_the_documents(orgauth):
    text, table = page("orgauth-settings.5"), (ROOT / "docs/settings.md").read_text()
    for item in orgauth.items("setting", "list"):
        assert f"{item['name']} (default: {item['default'] or 'none'})" in text
        assert f"`{item['name']}`" in table, item["name"]


def test_every_route_is_in_the_page_of_rest(bare):
    text = page("orgauth-rest.7")
    routes = {route for noun in NOUNS for route in re.findall(r"REST: ((?:GET|POST|PATCH|DELETE) \S+[^.,\s])", page(f"orgauth-{noun}.1"))}
    assert len(routes) > 40
    assert [route for route in routes if route not in text] == []
    assert "POST /v1/sessions" in text and "GET /v1/me\n" in text


def test_paths_are_those_of_the_build(bare):
    text = page("orgauth.1")
    assert "$" not in text
    assert re.search(r"ORGAUTH_STORE, else (\S+)\)", text)[1] == re.search(r"ORGAUTH_STORE, else (\S+)\)", bare("--help"))[1]
