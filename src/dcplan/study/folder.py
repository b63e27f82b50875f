"""The folder of a study: a plan folder and a row for each key, kept whatever happens.

study.json           name and kind, so that another study is not written over it
runs/KEY/            the plan folder of a run that has a plan
runs/KEY.json        its row; what has one is finished
.locks/KEY           held while a run is solved, by whichever study does it
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dcplan.errors import InputError, Problem
from dcplan.files import beside, put_text
from dcplan.study.runs import FINAL, Row, as_json, from_json

STUDY_FILE = "study.json"
RUNS, LOCKS = "runs", ".locks"


def prepare(folder: Path, name: str, kind: str) -> None:
    """Make the folder, or find it to be that of this study.

    Raises InputError, one line: something else or another study stands there, or it cannot be written.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError([Problem(str(folder), "is a file; a study is saved as a folder")])
        if folder.is_dir() and any(folder.iterdir()) and not (folder / STUDY_FILE).is_file():
            what = "is a folder of something else; name one that is new, empty or of this study"
            raise InputError([Problem(str(folder), what)])
        for part in (RUNS, LOCKS):
            (folder / part).mkdir(parents=True, exist_ok=True)
        _sign(folder, name, kind)
    except (OSError, ValueError) as error:
        what = f"cannot be written: {getattr(error, 'strerror', None) or error}"
        raise InputError([Problem(str(folder), what)]) from None


def _sign(folder: Path, name: str, kind: str) -> None:
    """Write whose folder it is; of two studies at once the first one has it."""
    path = folder / STUDY_FILE
    wanted = {"name": name, "kind": kind}
    if not path.exists():
        with beside(path) as hidden:
            new = hidden / STUDY_FILE
            new.write_text(json.dumps(wanted, ensure_ascii=False) + "\n", encoding="utf-8")
            with suppress(FileExistsError):
                os.link(new, path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        same = {name: found.get(name) for name in wanted} == wanted
    except (ValueError, AttributeError):
        found, same = {}, False
    if not same:
        other = f"the {found.get('kind')} {found.get('name')!r}" if found else "no readable study"
        what = f"is the folder of {other}; name another with -o"
        raise InputError([Problem(str(folder), what)])


def plan_folder(folder: Path, key: str) -> Path:
    """Where the plan of a run is."""
    return folder / RUNS / key


def finished(folder: Path, key: str) -> Row | None:
    """The row of a run that has come to its end, None of one that has not."""
    try:
        text = (folder / RUNS / f"{key}.json").read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    row = from_json(text)
    whole = row is not None and row.key == key and row.status in FINAL
    if row is None or not whole:
        return None
    if row.status in ("optimal", "stopped", "rejected"):
        return row if (plan_folder(folder, key) / "plan.json").is_file() else None
    return row


def write_row(folder: Path, row: Row) -> None:
    """Write a row, whole or not at all; a run is finished from then on. Raises InputError."""
    put_text(folder / RUNS / f"{row.key}.json", as_json(row))


def tidy(folder: Path, key: str) -> None:
    """Take away what a process that was killed while it saved this run has left; claim it before."""
    for path in (folder / RUNS).glob(f".{key}.*.new"):
        shutil.rmtree(path, ignore_errors=True)
    if not (plan_folder(folder, key) / "plan.json").is_file():
        shutil.rmtree(plan_folder(folder, key), ignore_errors=True)


@contextmanager
def claimed(folder: Path, key: str) -> Iterator[bool]:
    """Whether this process may solve a run: no other does. Given up when the process ends."""
    handle = os.open(folder / LOCKS / key, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
