"""Files that are written whole or not at all: a temporary one beside the place, then a rename."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from dcplan.errors import InputError, Problem


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
        with tempfile.TemporaryDirectory(prefix=".dcplan-", dir=path.parent) as folder:
            new = Path(folder) / path.name
            write(new)
            new.replace(path)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}; make room or name another"
        raise InputError([Problem(str(path), what)]) from None


def put_text(path: Path, text: str) -> None:
    """Write text in UTF-8 with plain line ends."""
    put(path, lambda new: new.write_text(text, encoding="utf-8", newline="\n"))
