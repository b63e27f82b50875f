"""Solve the studies of examples/studies and draw the pictures of studies.md: `python docs/studies.py`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from dcplan.study import conduct, local, read_study, write_all

HERE = Path(__file__).parent
WORKERS = 2


def main() -> None:
    """Write docs/images/study-NAME.svg for each study."""
    for file in sorted((HERE.parent / "examples" / "studies").glob("*.yaml")):
        with tempfile.TemporaryDirectory() as folder:
            state = conduct(read_study(file), Path(folder) / "study", local(WORKERS))
            write_all(state)
            picture = Path(folder) / "study" / "chart.svg"
            shutil.copyfile(picture, HERE / "images" / f"study-{file.stem}.svg")


if __name__ == "__main__":
    main()
