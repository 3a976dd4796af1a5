# SPDX-License-Identifier: Apache-2.0
"""HTTP as the tests speak it: any header in any spelling, HTTP/1.1 and HTTP/2, raw bytes, many at once."""

import base64
import http.client
import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import h2.config
import h2.connection
import h2.events

from .backend import frame, read_frame

TIMEOUT = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list = field(default_factory=list)  # (name in lower case, value)
    body: bytes = b""

    def header(self, name):
        """The field's value, several joined by ", "; None where absent."""
        values = [value for each, value in self.headers if each == name.lower()]
        return ", ".join(values) if values else None

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def seen(self):
        """Headers that the echo behind saw, names in lower case."""
        headers = self.json["headers"]
        return {name.lower(): value for name, value in (headers.items() if isinstance(headers, dict) else headers)}


def bearer(key):
    return ("Authorization", "Bearer " + key)


def basic(user, password):
    return ("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


def credentials(key=None, login=None):
    """Header fields for a key, or for (e-mail, password)."""
    return ([bearer(key)] if key else []) + ([basic(*login)] if login else [])


class WebSocket:
    """A client's end (RFC 6455): `status` is the answer to its upgrade, 101 where it was opened. Leaving `with` closes it."""

    def __init__(self, port, path, headers=()):
        fields = ["Host: localhost", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *(f"{name}: {value}" for name, value in headers)]
        if not any(name == "Connection" for name, _ in headers):
            fields.append("Connection: Upgrade")
        self._link = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._link.sendall((f"GET {path} HTTP/1.1\r\n" + "\r\n".join(fields) + "\r\n\r\n").encode())
        self._stream = self._link.makefile("rb")
        self.status = int(self._stream.readline().split()[1])
        while self._stream.readline().strip():
            pass

    def send(self, payload, opcode=1):
        self._link.sendall(frame(opcode, payload, os.urandom(4)))

    def receive(self):
        return read_frame(self._stream)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Says goodbye and awaits the other end's: httpd's tunnel may outlive a client that just goes."""
        if self.status == 101:
            self.send(b"", 8)
            self._stream.read()
        self._stream.close()
        self._link.close()


class Client:
    """Requests to one loopback port."""

    def __init__(self, port):
        self.port = port

    def request(self, method, path, headers=(), body=b"", key=None, login=None, connection=None):
        """One request; on a connection of its own unless one (from connect()) is given."""
        link = connection or self.connect()
        link.putrequest(method, path, skip_accept_encoding=True)
        for name, value in [*credentials(key, login), *headers]:
            link.putheader(name, value)
        if body or method in ("POST", "PUT", "PATCH"):
            link.putheader("Content-Length", str(len(body)))
        link.endheaders(body or None)
        got = link.getresponse()
        answer = Answer(got.status, [(name.lower(), value) for name, value in got.getheaders()], got.read())
        if not connection:
            link.close()
        return answer

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def raw(self, octets):
        """The answer to these very octets; they should ask for the connection to be closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT) as link:
            link.sendall(octets)
            got = http.client.HTTPResponse(link)
            got.begin()
            return Answer(got.status, [(name.lower(), value) for name, value in got.getheaders()], got.read())

    def websocket(self, path, headers=(), key=None):
        return WebSocket(self.port, path, [*credentials(key), *headers])

    def h2(self, method, path, headers=(), key=None, login=None):
        """One request over HTTP/2 without TLS, prior knowledge."""
        wire = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT) as link:
            wire.initiate_connection()
            wire.send_headers(1, [(":method", method), (":path", path), (":scheme", "http"),
                                  (":authority", f"127.0.0.1:{self.port}"),
                                  *((name.lower(), value) for name, value in credentials(key, login)), *headers],
                              end_stream=True)
            link.sendall(wire.data_to_send())
            return _h2_answer(wire, link)

    def parallel(self, count, workers, **request):
        """`count` equal requests from `workers` threads that begin together; their answers."""
        return self.parallel_each([request] * count, workers)

    def parallel_each(self, requests, workers):
        start = Barrier(min(workers, len(requests)))

        def run(share):
            start.wait()
            return [self.request(**request) for request in share]

        shares = [requests[i::workers] for i in range(min(workers, len(requests)))]
        with ThreadPoolExecutor(len(shares)) as pool:
            return [answer for answers in pool.map(run, shares) for answer in answers]


def _h2_answer(wire, link):
    status, fields, body = 0, [], b""
    while octets := link.recv(65536):
        for event in wire.receive_data(octets):
            if isinstance(event, h2.events.ResponseReceived):
                fields = [(name, value) for name, value in event.headers if not name.startswith(":")]
                status = int(dict(event.headers)[":status"])
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
                wire.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                return Answer(status, fields, body)
            elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                raise ConnectionError(f"HTTP/2: {event}")
        link.sendall(wire.data_to_send())
    raise ConnectionError("HTTP/2: the server closed the connection")
