# SPDX-License-Identifier: Apache-2.0
"""A person at a terminal: runs a command on a pseudo-terminal and answers what it asks."""

import os
import pty
import select
import signal
import termios
import time


class Terminal:
    """`argv` on a terminal of its own. `screen` is all that appeared there so far."""

    def __init__(self, argv, environment=None):
        self.screen = ""
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # the tests may run where one is ignored (nohup)
            os.execve(argv[0], argv, environment or dict(os.environ))

    def until(self, text, patience=60):
        """Reads on until `text` has appeared after what was read before; false when the command ended first."""
        seen, end = len(self.screen), time.monotonic() + patience
        while text not in self.screen[seen:]:
            assert time.monotonic() < end, f"{text!r} did not appear:\n{self.screen}"
            if not self._read(0.1):
                return False
        return True

    def _read(self, wait):
        if not select.select([self.file], [], [], wait)[0]:
            return True
        try:
            data = os.read(self.file, 4096)
        except OSError:
            return False
        self.screen += data.decode()
        return bool(data)

    def type(self, text):
        os.write(self.file, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.file)[3] & termios.ECHO)

    def end(self):
        """Reads to the end; the exit code, or minus the number of the signal."""
        while self._read(1):
            pass
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.file)
        return os.waitstatus_to_exitcode(status)
