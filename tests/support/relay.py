# SPDX-License-Identifier: Apache-2.0
"""A real SMTP server that does as it is told."""

import asyncio
import email
import email.policy
import re
import threading
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from .httpd import free_port


@dataclass(frozen=True)
class Letter:
    sender: str
    recipients: list
    octets: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.octets, policy=email.policy.default)

    def part(self, kind):
        return self.message.get_body((kind,)).get_content()

    @property
    def text(self):
        return self.part("plain")

    @property
    def html(self):
        return self.part("html")

    @property
    def link(self):
        """The first address in the text."""
        return re.search(r"https?://\S+", self.text)[0]


class Relay:
    """Takes mails, or behaves otherwise:
    `answers` maps a recipient to its replies to RCPT, used up one by one; `at_end` replies to whole mails likewise;
    `drops` connections are cut after that many mails' text was taken, before it is acknowledged; while `hanging` is set nobody is answered.
    """

    def __init__(self):
        self.letters, self.answers, self.at_end, self.drops = [], {}, [], 0
        self.asked, self.came = 0, threading.Condition()
        self.hanging, self.login, self.logins = threading.Event(), None, []
        self.port, self.controller = free_port(), None
        self.start()

    def start(self, ssl_context=None):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, authenticator=self.check_login,
                                     auth_require_tls=False, ssl_context=ssl_context)
        self.controller.start()

    def stop(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def check_login(self, server, session, envelope, mechanism, data):
        login = (data.login.decode(), data.password.decode())
        self.logins.append(login)
        return AuthResult(success=login == self.login, handled=False, message=None)

    async def handle_RCPT(self, server, session, envelope, address, options):
        with self.came:
            self.asked += 1
            self.came.notify_all()
        if self.hanging.is_set():
            while self.hanging.is_set():
                await asyncio.sleep(0.02)
            server.transport.abort()
        replies = self.answers.get(address)
        if replies:
            return replies.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.drops:
            self.drops -= 1
            server.transport.abort()
            return "250 never seen"
        if self.at_end:
            return self.at_end.pop(0)
        with self.came:
            self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
            self.came.notify_all()
        return "250 taken"

    def wait(self, condition, what):
        """Until `condition` holds of what came."""
        with self.came:
            assert self.came.wait_for(condition, 60), f"no {what} in a minute; came: {self.letters}"

    def letter_to(self, address):
        return next(letter for letter in self.letters if letter.recipients == [address])

    def take(self, address):
        """The first letter to `address`, when it has come; it is taken out of the box."""
        self.wait(lambda: any(letter.recipients == [address] for letter in self.letters), f"letter to {address}")
        letter = self.letter_to(address)
        self.letters.remove(letter)
        return letter

    def close(self):
        self.hanging.clear()
        self.stop()
