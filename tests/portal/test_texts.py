# SPDX-License-Identifier: Apache-2.0
"""All that the portal says, in each of its languages."""

import re

import pytest

from support.command import ROOT

LANGUAGES = ["en", "de"]
# The texts of a language as {key: text}, plurals as they are; a group's own text stands under the group's name.
FLAT = """
const [language, done] = arguments;
const isPlural = (value) => Object.keys(value).every((name) => ['one', 'two', 'few', 'many', 'other'].includes(name));
import(new URL(`texts/${language}.js`, location.href.split('#')[0])).then(({ default: words }) => done(Object.fromEntries(
  Object.entries(words).flatMap(([group, value]) => typeof value === 'string' || isPlural(value) ? [[group, value]]
    : Object.entries(value).map(([key, text]) => [key ? `${group}.${key}` : group, text])))));
"""
# Keys that are put together at run time begin so.
COMPOSED = re.compile(r"\b(?:t|mix|word)\(`([\w.]*)\$\{")
LITERAL = re.compile(r"\b(?:t|mix|word)\('([\w.$-]+)'")


@pytest.fixture
def texts(site, browser):
    browser.open("/login").see("Log in")
    return {language: browser.driver.execute_async_script(FLAT, language) for language in LANGUAGES}


def sources():
    return {file: file.read_text() for file in (ROOT / "portal").rglob("*.js") if file.parent.name != "texts"}


def test_every_language_says_the_same(texts):
    for language in LANGUAGES[1:]:
        assert set(texts[language]) == set(texts["en"])
        for key, text in texts["en"].items():
            other = texts[language][key]
            assert isinstance(other, dict) == isinstance(text, dict), key
            assert values(other) == values(text), f"{key}: other values in {language}"


def values(text):
    """The names in braces; a plural's singular may do without its number."""
    return set(re.findall(r"\{(\w+)\}", text["other"] if isinstance(text, dict) else text))


def test_nothing_is_said_that_has_no_text(texts):
    asked = {(key, file.name) for file, source in sources().items() for key in LITERAL.findall(source)}
    assert sorted((key, file) for key, file in asked if key not in texts["en"] and not key.endswith(".")) == []


def test_no_text_is_left_over(texts):
    everything = "\n".join(sources().values())
    beginnings = set(COMPOSED.findall(everything)) | {key for key in LITERAL.findall(everything) if key.endswith(".")}
    left = [key for key in texts["en"] if f"'{key}'" not in everything and not any(one and key.startswith(one) for one in beginnings)]
    # parts/importer.js is told the group of the texts that name what is imported.
    assert [key for key in left if not key.startswith(("attachments.", "import."))] == []


def test_every_event_of_the_audit_has_plain_words(site, texts):
    """Every operation that changes something, and what happens by itself."""
    document = site.get("/orgauth/v1/openapi.json").json
    changing = {operation["operationId"].removesuffix(".2") for item in document["paths"].values() for method, operation in item.items() if method != "get"}
    itself = {"user.denied", "user.inactive"}
    assert sorted(action for action in changing | itself if f"event.{action}" not in texts["en"]) == []


def test_every_reason_of_a_refusal_has_words_and_is_documented(texts):
    reasons = set(re.findall(r'\[OA_BECAUSE_\w+\] = "(\w+)"', (ROOT / "core/base/error.c").read_text()))
    codes = set(re.findall(r'\[OA_[A-Z_]+\] = \{"(\w+)"', (ROOT / "core/base/error.c").read_text()))
    worded = {key.removeprefix("refused.") for key in texts["en"] if key.startswith("refused.")}
    assert reasons and reasons <= worded <= reasons | codes
    documented = (ROOT / "docs/rest.md").read_text()
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in documented] == []


def test_what_the_server_refuses_is_said_in_the_readers_language(site, browser, as_):
    site.expect("OA01006: user `nobody@acme.example'", "OA01007: .*admin@acme.example")
    browser.open("/login").see("Log in").choose("Language", "Deutsch").see("Anmelden").calm()
    browser.type("E-Mail", "nobody@acme.example").type("Passwort", "wrong", "Enter").see("E-Mail oder Passwort stimmt nicht")
    as_("admin")
    browser.open("/me").see("Eigene Schlüssel").type("Jetziges Passwort", "correct horse battery staple").type("Neues Passwort", "kurz").click("Passwort ändern")
    browser.see("zu kurz")
    assert browser.problem("Neues Passwort").endswith("Das ist zu kurz: mindestens 15 Zeichen.")
    browser.type("Jetziges Passwort", "something else").type("Neues Passwort", "a long enough one to take").click("Passwort ändern").see("nicht Ihr jetziges Passwort")
    browser.open("/orgs/acme/about").click("Bearbeiten").type("Kurzname", "globex").click("Speichern").see("schon vergeben").press("Escape")
    browser.open("/orgs/acme/users?q=admin@acme").click("Ada Admin auswählen").click("Deaktivieren").click("Deaktivieren").see("keinen Administrator mehr")
    as_("viewer")
    browser.open("/orgs/acme/users").see("fehlt Ihnen die Berechtigung")


def test_every_reason_is_said_in_german(texts):
    """Where the English text is left out, the server's own words are English."""
    reasons = set(re.findall(r'\[OA_BECAUSE_\w+\] = "(\w+)"', (ROOT / "core/base/error.c").read_text()))
    assert reasons and sorted(reason for reason in reasons if not texts["de"][f"refused.{reason}"]) == []


def test_every_setting_has_a_name(site, texts):
    names = {row["name"] for row in site.orgauth.items("setting", "list")}
    assert sorted(name for name in names if f"setting.{name}" not in texts["en"]) == []


def test_the_language_is_chosen_and_kept(site, browser, as_):
    as_("admin")
    browser.open("/orgs/acme/users").see("Vic Viewer").choose("Language", "Deutsch").see("Benutzer", "Abmelden")
    assert browser.script("return document.documentElement.lang") == "de"
    browser.open("/orgs/acme/audit").see("admin@acme.example meldete sich an")
