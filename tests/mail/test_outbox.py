# SPDX-License-Identifier: Apache-2.0
"""The outbox by the command line, against a real SMTP server that accepts, refuses, drops and is not there."""

import sqlite3
import ssl
import stat
import subprocess

import pytest

from conftest import PUBLIC_URL, notify, sql

ANN, ADMIN = "ann@acme.example", "admin@acme.example"


def denied(orgauth, *emails):
    """As when these users had just become DENIED."""
    for email in emails or (ANN,):
        notify(orgauth, email)


def mails(orgauth, status=None):
    return orgauth.items("mail", "list", *(("--status", status) if status else ()))


def pass_time(orgauth):
    """All that waits is due."""
    sql(orgauth, "UPDATE mail SET next_at = 0 WHERE status = 1")


# What is said ------------------------------------------------------------------------------------------------

def test_who_is_denied_and_the_administrators_are_told(mailing, relay):
    denied(mailing)
    told = mailing.json("maintain")
    assert (told["notices"], told["sent"]) == (1, 2)
    assert sorted(letter.recipients[0] for letter in relay.letters) == [ADMIN, ANN]
    assert "orgauth user validate ann@acme.example" in relay.letter_to(ADMIN).text
    assert "192.0.2.9" in relay.letter_to(ANN).text


def test_a_mail_is_plain_and_html_in_ascii_with_the_headers_that_rfc_5322_wants(mailing, relay):
    mailing.run("setting", "set", "site.name", 'Ümlaut "Quotes" <b> & Söhne')
    denied(mailing)
    mailing.run("maintain")
    letter = relay.letter_to(ANN)
    assert letter.octets.isascii() and all(len(line) <= 78 for line in letter.octets.split(b"\r\n"))
    assert b"\n" not in letter.octets.replace(b"\r\n", b"")
    message = letter.message
    assert message["From"].addresses[0].display_name == 'Ümlaut "Quotes" <b> & Söhne'
    assert message["From"].addresses[0].addr_spec == letter.sender == "login@acme.example"
    assert [address.addr_spec for address in message["To"].addresses] == [ANN]
    assert message["Date"].datetime.tzinfo and message["Message-ID"].endswith("@acme.example>")
    assert message["Subject"] == 'Your account at Ümlaut "Quotes" <b> & Söhne is DENIED'
    assert message.get_content_type() == "multipart/alternative" and message.defects == []
    assert 'Ümlaut "Quotes" <b> & Söhne' in letter.text
    assert "&lt;b&gt; &amp; Söhne" in letter.html and "<b>" not in letter.html


@pytest.mark.parametrize("name", ["Acme\r\nBcc: eve@evil.example", "Acme\nX: y", "Acme\x85Bcc: z"])
def test_a_name_with_a_line_end_is_refused(mailing, name):
    mailing.run("setting", "set", "site.name", name, code=5)
    mailing.run("org", "edit", "acme", "--name", name, code=5)


def test_a_name_that_looks_like_a_header_is_text(mailing, relay):
    name = "Bcc: eve@evil.example"
    mailing.run("setting", "set", "site.name", name)
    mailing.run("org", "edit", "acme", "--name", name)
    denied(mailing)
    mailing.run("maintain")
    for letter in relay.letters:
        assert letter.message["Bcc"] is None and letter.message["From"].addresses[0].display_name == name
    assert sorted(to for letter in relay.letters for to in letter.recipients) == [ADMIN, ANN]


def test_a_robot_gets_no_mail_but_its_administrators_do(mailing, relay):
    mailing.run("user", "create", "robot@acme.example", "--org", "acme", "--role", "Viewer", "--system")
    denied(mailing, "robot@acme.example")
    mailing.run("maintain")
    assert [letter.recipients for letter in relay.letters] == [[ADMIN]]


def test_without_relay_or_public_url_nothing_is_queued(mailing, relay):
    for name in ("mail.relay", "site.public_url"):
        mailing.run("setting", "set", name, "")
        denied(mailing)
        mailing.run("maintain")
        assert mails(mailing) == []
        assert sql(mailing, "SELECT count(*) FROM notice") == [(0,)]
    assert relay.letters == []


def test_mail_waits_while_the_relay_is_taken_out_of_the_settings(mailing, relay):
    denied(mailing)
    relay.at_end = ["451 later"]
    mailing.run("maintain", code=1)
    mailing.run("setting", "set", "mail.relay", "")
    pass_time(mailing)
    assert mailing.json("mail", "send")["sent"] == 0
    mailing.run("setting", "set", "mail.relay", relay.url)
    pass_time(mailing)
    assert mailing.json("mail", "send")["sent"] == 2


def test_an_invitation_brings_its_link_and_leaves_no_trace_of_it(mailing, relay):
    sent = mailing.run("invitation", "send", "new@else.example", "--org", "acme", "--role", "Viewer")
    assert "queued" in mailing.run("--json", "invitation", "send", "other@else.example", "--org", "acme", "--role", "Viewer").stdout
    mailing.run("maintain")
    letter = relay.letter_to("new@else.example")
    [link] = [line for line in letter.text.splitlines() if line.startswith(f"{PUBLIC_URL}/portal/#/invitations/")]
    token = link.rsplit("/", 1)[1]
    assert len(token) >= 26 and f'href="{link}"' in letter.html and "Viewer" in letter.text
    with sqlite3.connect(mailing.store) as db:
        assert not any(token in line for line in db.iterdump())
    assert token not in sent.stdout + sent.stderr + str(mails(mailing))


# Nothing twice, nothing lost -----------------------------------------------------------------------------------

def test_what_was_sent_is_not_sent_again_and_keeps_no_body(mailing, relay):
    denied(mailing)
    mailing.run("maintain")
    pass_time(mailing)
    mailing.run("maintain")
    mailing.run("mail", "retry")
    mailing.run("mail", "send")
    assert len(relay.letters) == 2
    assert sql(mailing, "SELECT status, length(body) FROM mail") == [(2, 0)] * 2
    assert {row["status"] for row in mails(mailing)} == {"SENT"} and "body" not in mails(mailing)[0]


def test_many_senders_at_once_send_each_mail_once(mailing, relay):
    for i in range(10):
        mailing.run("user", "create", f"u{i}@acme.example", "--org", "acme", "--role", "Viewer")
    relay.at_end = ["451 later"]
    denied(mailing, *(f"u{i}@acme.example" for i in range(10)))
    mailing.run("maintain", code=1)  # stops at the first trouble: the rest waits
    pass_time(mailing)
    command = [mailing.program, "--store", mailing.store, "--secret-file", mailing.secret, "mail", "send"]
    senders = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [sender.wait() for sender in senders] == [0] * 4
    assert len(relay.letters) == 20 and len({letter.message["Message-ID"] for letter in relay.letters}) == 20
    assert len(mails(mailing, "SENT")) == 20


def test_what_is_refused_for_now_is_tried_again_later(mailing, relay):
    denied(mailing)
    relay.answers[ANN] = ["451 4.3.2 come back"]
    mailing.run("mail", "send")
    done = mailing.run("--json", "maintain", code=1)
    assert "mail list" in done.stderr
    pass_time(mailing)
    mailing.run("mail", "send")
    assert sorted(letter.recipients[0] for letter in relay.letters) == [ADMIN, ANN]


def test_the_trouble_is_kept_and_the_pause_is_a_minute_at_first(mailing, relay):
    denied(mailing)
    relay.at_end = ["451 4.3.2 come back"]
    mailing.run("maintain", code=1)
    row = next(row for row in mails(mailing, "WAITING") if row["tries"])
    assert row["tries"] == 1 and "451 4.3.2 come back" in row["trouble"]
    [(pause,)] = sql(mailing, "SELECT next_at - created_at FROM mail WHERE tries = 1")
    assert 60_000 <= pause < 120_000
    assert mailing.json("mail", "send")["failed"] == 0, "it is not due yet"


def test_what_is_refused_for_good_is_given_up_and_can_be_tried_by_hand(mailing, relay):
    denied(mailing)
    relay.answers[ANN] = ["550 5.1.1 no such user"]
    mailing.run("maintain", code=1)
    [row] = mails(mailing, "GIVEN_UP")
    assert row["recipient"] == ANN and "550 5.1.1 no such user" in row["trouble"] and row["next_at"] is None
    assert [letter.recipients for letter in relay.letters] == [[ADMIN]]
    assert mailing.json("mail", "retry", row["id"])["due"] == 1
    mailing.run("mail", "send")
    assert len(relay.letters) == 2 and mails(mailing, "GIVEN_UP") == []


def test_after_its_time_a_mail_is_given_up_but_kept(mailing, relay):
    denied(mailing)
    relay.at_end = ["451 later"] * 9
    mailing.run("maintain", code=1)
    sql(mailing, "UPDATE mail SET give_up_at = created_at + 1, next_at = 0")
    mailing.run("mail", "send", code=1)
    mailing.run("mail", "send", code=1)
    assert len(mails(mailing, "GIVEN_UP")) == 2
    assert all(size > 0 for (size,) in sql(mailing, "SELECT length(body) FROM mail"))


def test_a_link_that_has_expired_is_not_kept(mailing, relay):
    denied(mailing)
    relay.at_end = ["451 later"] * 9
    mailing.run("maintain", code=1)
    sql(mailing, "UPDATE mail SET dead_at = created_at + 1, give_up_at = created_at + 1, next_at = 0")
    mailing.run("mail", "send", code=1)
    mailing.run("mail", "send", code=1)
    assert sql(mailing, "SELECT status, length(body) FROM mail") == [(3, 0)] * 2
    assert mailing.json("mail", "retry")["due"] == 0
    mailing.run("mail", "retry", mails(mailing)[0]["id"], code=5)


def test_a_connection_that_drops_in_the_middle_loses_nothing(mailing, relay):
    denied(mailing)
    relay.drops = 1
    mailing.run("maintain", code=1)
    pass_time(mailing)
    mailing.run("mail", "send")
    assert sorted(letter.recipients[0] for letter in relay.letters) == [ADMIN, ANN]
    assert len(mails(mailing, "SENT")) == 2


def test_a_relay_that_is_not_there_loses_nothing(mailing, relay):
    denied(mailing)
    relay.stop()
    mailing.run("maintain", code=1)
    assert len(mails(mailing, "WAITING")) == 2
    relay.start()
    pass_time(mailing)
    mailing.run("mail", "send")
    assert len(relay.letters) == 2


def test_a_sender_that_died_gives_its_mail_back(mailing, relay):
    denied(mailing)
    relay.at_end = ["451 later"]
    mailing.run("maintain", code=1)
    sql(mailing, "UPDATE mail SET next_at = 0, claimed_until = (strftime('%s') + 200) * 1000")
    mailing.run("mail", "send")
    assert relay.letters == [], "in somebody's hand"
    sql(mailing, "UPDATE mail SET claimed_until = (strftime('%s') - 1) * 1000")
    mailing.run("mail", "send")
    assert len(relay.letters) == 2


def test_an_unknown_mail_cannot_be_retried(mailing):
    mailing.run("mail", "retry", "mai_0000000000001", code=3)
    mailing.run("mail", "retry", "nonsense", code=3)


# Logging in at the relay -----------------------------------------------------------------------------------------

@pytest.fixture
def password_file(mailing, store_dir, relay):
    path = store_dir / "relay-password"
    path.write_text("hush hush\n")
    path.chmod(0o600)
    relay.login = ("acme", "hush hush")
    for name, value in (("mail.relay", relay.url), ("mail.user", "acme"), ("mail.password_file", path)):
        mailing.run("setting", "set", name, value)
    return path


def test_it_logs_in_at_the_relay(mailing, relay, password_file):
    denied(mailing)
    mailing.run("maintain")
    assert len(relay.letters) == 2 and relay.logins == [("acme", "hush hush")] * 2


def test_a_wrong_password_at_the_relay_is_told_without_it_and_loses_nothing(mailing, relay, password_file):
    password_file.write_text("shush\n")
    denied(mailing)
    mailing.run("maintain", code=1)
    [row] = [row for row in mails(mailing, "WAITING") if row["tries"]]
    assert "535" in row["trouble"] and "shush" not in row["trouble"]


@pytest.mark.parametrize("spoil, word", [
    (lambda path: path.chmod(0o644), "chmod"), (lambda path: path.unlink(), "cannot be opened"),
    (lambda path: path.write_text(""), "empty")], ids=["open to others", "missing", "empty"])
def test_a_password_file_that_is_not_right_is_not_used(mailing, relay, password_file, spoil, word):
    spoil(password_file)
    denied(mailing)
    mailing.run("maintain", code=1)
    assert word in next(row for row in mails(mailing) if row["tries"])["trouble"]
    assert relay.letters == [] and relay.logins == []


# TLS ---------------------------------------------------------------------------------------------------------------

def test_without_tls_nothing_goes_to_another_host(mailing, relay):
    """An address that is not taken for loopback, though it leads there: the relay offers no STARTTLS."""
    mailing.run("setting", "set", "mail.relay", f"smtp://[::ffff:127.0.0.1]:{relay.port}")
    denied(mailing)
    mailing.run("maintain", code=1)
    assert relay.asked == 0 and relay.letters == [] and len(mails(mailing, "WAITING")) == 2
    assert "SSL level failed" in next(row for row in mails(mailing) if row["tries"])["trouble"]


def test_a_relay_whose_certificate_nobody_vouches_for_gets_nothing(mailing, relay, store_dir):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", store_dir / "key.pem",
                    "-out", store_dir / "cert.pem"], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(store_dir / "cert.pem", store_dir / "key.pem")
    relay.stop()
    relay.start(ssl_context=tls)
    mailing.run("setting", "set", "mail.relay", f"smtps://localhost:{relay.port}")
    denied(mailing)
    mailing.run("maintain", code=1)
    assert "certificate" in next(row for row in mails(mailing) if row["tries"])["trouble"]
    assert relay.asked == 0 and relay.letters == []


# A sendmail program -----------------------------------------------------------------------------------------------

@pytest.fixture
def sendmail(mailing, store_dir):
    """A program in sendmail's place: keeps its arguments and the message, ends with the status in the file `status`."""
    script, kept = store_dir / "sendmail", store_dir / "kept"
    kept.mkdir()
    script.write_text(f'#!/bin/sh\nn=$(mktemp {kept}/XXXXXX)\nprintf "%s\\n" "$@" >$n.argv\ncat >$n.mail\n'
                      f'ls /proc/self/fd >$n.fd\necho "go away" >&2\nexit $(cat {store_dir}/status)\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (store_dir / "status").write_text("0")
    mailing.run("setting", "set", "mail.relay", f"sendmail:{script}")
    return kept


def test_the_sendmail_program_gets_addresses_behind_two_dashes_and_the_message(mailing, sendmail):
    denied(mailing)
    mailing.run("maintain")
    argv = sorted(path.read_text().splitlines() for path in sendmail.glob("*.argv"))
    assert argv == [["-i", "-f", "login@acme.example", "--", to] for to in (ADMIN, ANN)]
    for path in sendmail.glob("*.mail"):
        octets = path.read_bytes()
        assert octets.startswith(b"From: ") and b"\r" not in octets and b"multipart/alternative" in octets


def test_an_address_that_looks_like_an_option_is_an_address(mailing, sendmail):
    mailing.run("user", "create", "--org", "acme", "--role", "Viewer", "--", "-oQ@acme.example")
    denied(mailing, "-oq@acme.example")
    mailing.run("maintain")
    assert any(path.read_text().endswith("\n--\n-oq@acme.example\n") for path in sendmail.glob("*.argv"))


def test_what_the_sendmail_program_refuses_waits(mailing, sendmail):
    (sendmail.parent / "status").write_text("75")
    denied(mailing)
    mailing.run("maintain", code=1)
    [row] = [row for row in mails(mailing, "WAITING") if row["tries"]]
    assert row["trouble"] == "the sendmail program ended with 75: go away"


def test_links_are_made_of_the_public_url_alone(mailing, relay):
    denied(mailing)
    mailing.run("maintain")
    assert f"{PUBLIC_URL}/portal/" in relay.letter_to(ADMIN).text
