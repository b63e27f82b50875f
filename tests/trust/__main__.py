"""Run the parts that are named, else all, and write their pages."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .parts import PAGES, page
from .registry import PARTS


def main(names: list[str]) -> int:
    known = {part.name: part for part in PARTS}
    if unknown := [name for name in names if name not in known]:
        sys.stderr.write(f"no part {', '.join(unknown)}; the parts are {', '.join(known)}\n")
        return 2
    failed = 0
    for name in names or known:
        with tempfile.TemporaryDirectory() as folder:
            result = known[name].run(Path(folder))
        text = page(known[name], result)
        PAGES.mkdir(parents=True, exist_ok=True)
        (PAGES / f"{name}.md").write_text(text, encoding="utf-8")
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        failed += bool(result.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
