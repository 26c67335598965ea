"""``python -m lesion``."""

from __future__ import annotations

from lesion.cli import main

if __name__ == "__main__":
    main(prog_name="lesion")
