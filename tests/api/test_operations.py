# SPDX-License-Identifier: Apache-2.0
"""Every operation by REST and by the command line: the same JSON, and exactly one audit event for each change."""

import re
import sqlite3

import pytest

from examples import ELSEWHERE, EXAMPLES

DOCUMENTS = {"openapi.show", "health.show"}


def filled(value, facts):
    """`value` with the facts in place of their names."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: str(facts[match[1]]), value)
    if isinstance(value, dict):
        return {name: filled(each, facts) for name, each in value.items()}
    return [filled(each, facts) for each in value] if isinstance(value, list) else value


def masked(value, n):
    """What differs between two runs of the same: ids, keys, times, the number of the run."""
    if isinstance(value, dict):
        return {name: masked(each, n) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(each, n) for each in value]
    if not isinstance(value, str):
        return value
    value = re.sub(r"\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{13}(_[0-9a-z]{39})?\b", "ID", value)
    value = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", value)
    return value.replace(str(n), "N")


def events(site):
    """Names of all events, oldest first."""
    with sqlite3.connect(f"file:{site.store}?mode=ro", uri=True) as store:
        return [action for action, in store.execute("SELECT action FROM audit_event ORDER BY id")]


def facts_of(site, example, n):
    return {"n": n, **example.prepare(site.orgauth, n)}


def sent(site, caller, name, example, facts, dry=False):
    """The answer to the example by REST."""
    method, template, _ = site.contract.operations[name]
    arguments = filled(example.arguments, facts)
    path = re.sub(r"\{(\w+)\}", lambda match: str(arguments.pop(match[1])), template).removeprefix("/v1")
    query, body, headers = [], None, list(example.headers)
    if dry and method != "GET":
        query.append("dry_run=true")
    if method in ("GET", "DELETE") or example.raw is not None:
        query += [f"{key}={each}" for key, value in arguments.items() for each in (value if isinstance(value, list) else [value])]
    if method not in ("GET", "DELETE"):
        body = arguments if example.raw is None else filled(example.raw, facts).encode()
        headers.append(("If-Match", "*"))
    return caller(method, path + "?" * bool(query) + "&".join(query), body, headers=headers)


def by_rest(site, caller, name, example, facts):
    answer = sent(site, caller, name, example, facts)
    assert answer.status in (200, 201, 202), answer.body
    return answer.json if answer.header("Content-Type").startswith("application/json") else {"text": answer.body.decode()}


def by_command(site, name, example, facts):
    words = [filled(word, facts) for word in example.words.split(" ")]
    return {"text": site.orgauth.run(*words).stdout} if example.text else site.orgauth.json(*words, stdin=example.stdin)


def charged(site, name, changes, act):
    """What `act` gives; it must leave one event of that name, or none."""
    before = events(site)
    result = act()
    assert events(site)[len(before):] == [name] * changes
    return result


def changes_something(site, name):
    method = site.contract.operations[name][0] if name in site.contract.operations else "GET"
    return method != "GET"


@pytest.fixture(scope="module")
def commands(running):
    """Names of the operations that have a command line."""
    text = running.orgauth("completion", "bash")
    known = set(re.findall(r"^    '([a-z][a-z-]*) ([a-z][a-z-]*)'\) echo", text, re.M))
    return {f"{noun}.{verb}" for noun, verb in known}


def test_every_operation_has_an_example(running, commands):
    described = {name for name in running.contract.operations if not re.search(r"\.\d$", name)} - DOCUMENTS
    assert described - set(EXAMPLES) - ELSEWHERE == set(), "operations without an example in tests/api/examples.py"
    assert {name for name, example in EXAMPLES.items() if example.rest} - described == set()
    assert {name for name, example in EXAMPLES.items() if example.command} - commands == set()


@pytest.mark.parametrize("name", EXAMPLES)
def test_rest_and_command_line_give_the_same_and_one_event(site, superadmin, name):
    example, number = EXAMPLES[name], 9000 + 2 * list(EXAMPLES).index(name)
    changes = changes_something(site, name)
    count = example.events if example.events is not None else int(changes)
    ways = [lambda facts: by_rest(site, superadmin, name, example, facts)] * example.rest + \
           [lambda facts: by_command(site, name, example, facts)] * example.command
    facts, results = facts_of(site, example, number), []
    for way in ways:
        if results and changes: # the second time to another thing
            number += 1
            facts = facts_of(site, example, number)
        result = charged(site, name, count, lambda: way(facts))
        results.append(masked(result, number) if changes else result)
    for result in results:
        for member in example.differs:
            result.pop(member, None)
    assert len(results) == 1 or results[0] == results[1]


def test_the_trail_of_all_that_is_sound(site):
    assert site.orgauth.json("audit", "verify")["sound"] is True
