"""`dcplan` as a process of its own, and as a fork of one that has imported all it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

PROGRAM = [sys.executable, "-m", "dcplan"]


def start(*words: str, **more: Any) -> subprocess.Popen[str]:
    """Start `dcplan WORDS`; what it prints can be read from both streams."""
    return subprocess.Popen(
        [*PROGRAM, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **more,
    )


def command(words: list[str]) -> None:
    """Run the command line in this process."""
    from dcplan.__main__ import main

    sys.argv = ["dcplan", *words]
    main()


def become(work: Callable[[], object], folder: Path, write: int) -> NoReturn:
    """End this process, a fork, with the exit code of `work`; what that prints goes to `write`."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for stream in (1, 2):
            os.dup2(write, stream)
        # those of the parent may think that they are files
        sys.stdout, sys.stderr = (
            open(n, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            for n in (1, 2)
        )
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 130  # before the program listens, as while Python reads it
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
