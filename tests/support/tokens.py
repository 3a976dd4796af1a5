# SPDX-License-Identifier: Apache-2.0
"""JWT keys (docs/keys.md), written down a second time on another library: what a back end does to verify one, and what an attacker does to
make one. With the master secret anything can be signed."""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token):
    """(header, claims)"""
    header, claims, _ = token.split(".")
    return json.loads(decode(header)), json.loads(decode(claims))


def site_key(secret_file):
    """The signing key: sub-key 6 of the master secret (crypto_kdf with the context "orgauth1")."""
    master = bytes.fromhex(secret_file.read_text())
    seed = hashlib.blake2b(digest_size=32, key=master, salt=(6).to_bytes(16, "little"), person=b"orgauth1".ljust(16, b"\0"))
    return Ed25519PrivateKey.from_private_bytes(seed.digest())


def sign(key, header, claims):
    """A token with a right signature over any two texts or objects."""
    first, second = (part if isinstance(part, str) else json.dumps(part, separators=(",", ":")) for part in (header, claims))
    text = encode(first.encode()) + "." + encode(second.encode())
    return text + "." + encode(key.sign(text.encode()))


def verifies(jwks, token):
    """As a back end does: by the key of the set that the header names."""
    text, _, signature = token.rpartition(".")
    header = json.loads(decode(text.split(".")[0]))
    key = next(key for key in jwks["keys"] if key["kid"] == header["kid"])
    try:
        Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(decode(signature), text.encode())
    except InvalidSignature:
        return False
    return True
