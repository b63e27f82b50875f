"""Commands run in forks of a process that has imported all they need and has solved nothing.

More than half of what a short command takes are its imports, and a page of the docs has twenty of them.
Run as a program it reads a line of JSON for each and answers with its exit code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from trust.program import become, command

TESTS = Path(__file__).parents[1]


class Warm:
    """The process; ends with the block."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "docs.warm"],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, kind: str, words: list[str], folder: Path) -> tuple[int, str]:
        """Exit code and what was printed of `dcplan WORDS`, or of the text of a Python program."""
        assert self._process.stdin is not None and self._process.stdout is not None
        log = folder / ".log"
        self._process.stdin.write(json.dumps([kind, words, str(folder), str(log)]) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        told = log.read_text(encoding="utf-8", errors="replace")
        log.unlink()
        return code, told


def _work(kind: str, words: list[str]) -> None:
    if kind == "python":
        exec(compile(words[0], "<a block of the docs>", "exec"), {"__name__": "__main__"})
    else:
        command(words)


def serve() -> None:
    """Run what is asked, one after the other."""
    for line in sys.stdin:
        kind, words, folder, log = json.loads(line)
        write = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        child = os.fork()
        if child == 0:
            become(lambda: _work(kind, words), Path(folder), write)  # noqa: B023
        os.close(write)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import dcplan.api
    import dcplan.ask
    import dcplan.cli
    import dcplan.report.board
    import dcplan.report.charts
    import dcplan.report.workbook  # noqa: F401

    serve()
