# SPDX-License-Identifier: Apache-2.0
"""docs/story.md as a list of steps: each block of commands (```sh) with what stands below it (``` without a name, at once)."""

import re
import subprocess
from dataclasses import dataclass

END = "=== end of this step"


@dataclass(frozen=True)
class Step:
    line: int       # of the document
    commands: str
    shown: str | None  # None: the document shows nothing


def steps(text):
    for block in re.finditer(r"^```sh\n(.*?)^```\n(?:```\n(.*?)^```\n)?", text, re.M | re.S):
        yield Step(text.count("\n", 0, block.start()) + 2, block[1], block[2])


def agrees(shown, said):
    """… stands for anything within a line, on a line of its own for any lines."""
    lines = [".*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) for line in shown.splitlines()]
    pattern = "".join(r"(?:[^\n]*\n)*" if line == ".*" else line.replace(".*", r"[^\n]*") + r"[ ]*\n" for line in lines)
    return re.fullmatch(pattern, said) is not None


class Shell:
    """One bash that is told command after command, as a person does."""

    def __init__(self, directory, environment):
        self.process = subprocess.Popen(["bash", "--norc"], cwd=directory, env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, commands):
        """All that is printed, and the exit status of the last command. The commands' standard input is empty."""
        self.process.stdin.write(f"{{\n{commands}\n}} </dev/null\necho \"{END} $?\"\n")
        self.process.stdin.flush()
        said = []
        for line in self.process.stdout:
            before, mark, status = line.partition(END)
            said.append(before)
            if mark:
                return "".join(said), int(status)
        raise AssertionError("the shell ended: " + "".join(said))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
