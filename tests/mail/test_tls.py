# SPDX-License-Identifier: Apache-2.0
"""Mail over TLS to a host that is not this one: STARTTLS and smtps://, log-in behind it, and every certificate that is not right. A mount namespace gives the
command a certificate authority of the test's own and a name that leads to 127.0.0.1."""

import datetime
import shutil
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conftest import notify

HOST, OTHER = "mail.acme.test", "mail.globex.test"
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
INSIDE = 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && mount --bind "$2" /etc/hosts && shift 2 && exec "$@"'


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates; its own is in the file `path`."""

    def __init__(self, directory):
        self.directory, self.key, self.path = directory, ec.generate_private_key(ec.SECP256R1()), directory / "ca.pem"
        self.path.write_bytes(self._sign("Test CA", self.key.public_key(), NOW + DAY, x509.BasicConstraints(True, None)))

    def _sign(self, subject, public_key, until, *extensions):
        made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("Test CA")).public_key(public_key)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(NOW - 9 * DAY).not_valid_after(until)
        for extension in extensions:
            made = made.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def context(self, host, until=NOW + DAY):
        """A server's, with a certificate for `host`."""
        key, path = ec.generate_private_key(ec.SECP256R1()), self.directory / f"{host}.pem"
        path.write_bytes(self._sign(host, key.public_key(), until, x509.SubjectAlternativeName([x509.DNSName(host)])) +
                         key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@pytest.fixture
def authority(store_dir):
    return Authority(store_dir)


def start(relay, scheme, context):
    """`relay` anew, which takes nothing before TLS."""
    relay.stop()
    if scheme == "smtps":
        relay.start(ssl_context=context)
    else:
        relay.controller = Controller(relay, hostname="127.0.0.1", port=relay.port, authenticator=relay.check_login, tls_context=context,
                                      require_starttls=True)
        relay.controller.start()


@pytest.fixture
def send(mailing, relay, authority, store_dir):
    """send(scheme) mails what is due, the authority being trusted unless `trusted` is false; the exit code."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        pytest.skip("no mount namespaces here")
    hosts = store_dir / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {HOST}\n")
    notify(mailing, "ann@acme.example")

    def run(scheme, trusted=True):
        bundle = authority.path if trusted else shutil.copy("/etc/ssl/certs/ca-certificates.crt", store_dir / "bundle.pem")
        mailing.run("setting", "set", "mail.relay", f"{scheme}://{HOST}:{relay.port}")
        return subprocess.run(["unshare", "-m", "sh", "-c", INSIDE, "sh", str(bundle), str(hosts), str(mailing.program), "--store", str(mailing.store),
                               "--secret-file", str(mailing.secret), "maintain"], capture_output=True).returncode

    return run


@pytest.fixture
def login(mailing, relay, store_dir):
    path = store_dir / "relay-password"
    path.write_text("hush hush\n")
    path.chmod(0o640)
    relay.login = ("acme", "hush hush")
    mailing.run("setting", "set", "mail.user", "acme")
    mailing.run("setting", "set", "mail.password_file", path)


def trouble(mailing):
    return next(row["trouble"] for row in mailing.items("mail", "list") if row["tries"])


SCHEMES = pytest.mark.parametrize("scheme", ["smtp", "smtps"])


@SCHEMES
def test_it_is_sent_over_tls_after_a_log_in(mailing, relay, authority, send, login, scheme):
    start(relay, scheme, authority.context(HOST))
    assert send(scheme) == 0
    assert sorted(letter.recipients for letter in relay.letters) == [["admin@acme.example"], ["ann@acme.example"]]
    assert relay.logins == [relay.login] * 2


@SCHEMES
@pytest.mark.parametrize("wrong", ["name", "authority", "date"])
def test_where_the_certificate_is_not_right_nothing_is_said(mailing, relay, authority, send, login, scheme, wrong):
    start(relay, scheme, authority.context(OTHER if wrong == "name" else HOST, NOW - DAY if wrong == "date" else NOW + DAY))
    assert send(scheme, trusted=wrong != "authority") == 1
    assert relay.logins == [] and relay.asked == 0 and relay.letters == []
    assert "certificate" in trouble(mailing) and "hush" not in trouble(mailing)
    assert {row["status"] for row in mailing.items("mail", "list")} == {"WAITING"}


def test_a_relay_that_hides_its_starttls_is_told_nothing(mailing, relay, send, login):
    assert send("smtp") == 1
    assert relay.logins == [] and relay.asked == 0 and relay.letters == []
