# SPDX-License-Identifier: Apache-2.0
"""A certificate that nobody signed but itself."""

import base64
import hashlib
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Certificate:
    """For localhost and 127.0.0.1, in the folder `directory`."""

    def __init__(self, directory):
        self.path, self.key_path = Path(directory) / "cert.pem", Path(directory) / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.key_path,
                        "-out", self.path], check=True, capture_output=True)

    @property
    def fingerprint(self):
        """Of its public key, as browsers name a key that they are to trust."""
        key = x509.load_pem_x509_certificate(self.path.read_bytes()).public_key()
        return base64.b64encode(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()
