"""What is written whole or not at all: made in a hidden folder beside the place, then renamed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dcplan.errors import InputError, Problem

_MOST_LETTERS = 100
"""Of a name in that of its hidden folder; file systems end names at 255 bytes."""


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new hidden folder `.NAME.*.new` beside `target`, gone afterwards unless it was renamed.

    Those that a killed process left there are taken away first. Raises OSError.
    """
    name = f".{target.name[:_MOST_LETTERS]}."
    with suppress(OSError):
        _tidy(target.parent, name)
    new = Path(tempfile.mkdtemp(prefix=name, suffix=".new", dir=target.parent))
    handle = _hold(new)
    try:
        yield new
    finally:
        if handle is not None:
            os.close(handle)
        shutil.rmtree(new, ignore_errors=True)


def _tidy(folder: Path, name: str) -> None:
    """Take away what no process holds; what is empty may be about to be held."""
    left = re.compile(rf"{re.escape(name)}[a-z0-9_]{{8}}\.new")
    for path in [path for path in folder.iterdir() if left.fullmatch(path.name)]:
        if any(path.iterdir()) and (handle := _hold(path)) is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(handle)


def _hold(folder: Path) -> int | None:
    """A handle by which this process alone holds a folder until its end; None where that cannot be."""
    try:
        import fcntl  # of Linux and macOS; elsewhere what was left stays

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def kind_of(path: Path, what: str, kinds: Collection[str]) -> str:
    """Return the end of a file's name in small letters.

    Raises InputError where it is none of `kinds`, `path` is a folder, or its folder is missing.
    """
    refuse(path)
    kind = path.suffix.lower()
    if kind not in kinds:
        ends = f"ends in '{path.suffix}'" if kind else "has no ending"
        *most, last = kinds
        wanted = f"{', '.join(most)} or {last}" if most else last
        raise InputError([Problem(str(path), f"{ends}; {what} must end in {wanted}")])
    return kind


def refuse(path: Path) -> None:
    """Raise InputError where no file of that name can be."""
    if path.is_dir():
        raise InputError([Problem(str(path), "is a folder; name a file in it")])
    if not path.parent.is_dir():
        what = f"cannot be written: its folder {path.parent} is not there; make it first"
        raise InputError([Problem(str(path), what)])


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file of the same name elsewhere, then move it to `path`.

    Raises InputError where `path` is a folder or cannot be written; what stood there is then left.
    """
    refuse(path)
    try:
        with beside(path) as folder:
            new = folder / path.name
            write(new)
            new.replace(path)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}; make room or name another"
        raise InputError([Problem(str(path), what)]) from None


def put_text(path: Path, text: str) -> None:
    """Write text in UTF-8 with plain line ends."""
    put(path, lambda new: new.write_text(text, encoding="utf-8", newline="\n"))
