"""The program: reads the rest of itself inside, so that Ctrl-C ends it like any other command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from dcplan.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted before it began\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
