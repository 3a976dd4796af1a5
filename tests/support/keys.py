# SPDX-License-Identifier: Apache-2.0
"""The spelling of API keys (docs/keys.md), written down a second time: what a stranger knows."""

import zlib

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
PREFIX = "oak_"


def base32(number, digits):
    return "".join(DIGITS[number >> 5 * place & 31] for place in reversed(range(digits)))


def spell(identity, secret):
    """The key with these 13 and 32 characters."""
    stem = f"{PREFIX}{identity}_{secret}"
    return stem + base32(zlib.crc32(stem.encode()), 7)


def parts(key):
    """(id, secret, checksum)"""
    identity, rest = key.removeprefix(PREFIX).split("_")
    return identity, rest[:32], rest[32:]


def wrong_secret(key):
    """Another key of the same id: right form, right checksum, another secret."""
    identity, secret, _ = parts(key)
    return spell(identity, secret[:-1] + ("0" if secret[-1] != "0" else "1"))


def wrong_checksum(key):
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def unknown():
    """A well-formed key that no store has."""
    return spell("0" * 12 + "1", "0" * 32)
