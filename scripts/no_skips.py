"""Fail if a test was skipped that could have run here.

Usage: python no_skips.py JUNIT_XML. Without ../shared, tests that say they need it may be skipped.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def skipped(report: Path) -> list[str]:
    """Return the tests that were skipped or expected to fail, each with the reason."""
    found = []
    for case in ElementTree.parse(report).iter(  # noqa: S314 - pytest wrote it
        "testcase"
    ):
        for mark in case.iter("skipped"):
            reason = mark.get("message", "")
            if SHARED.is_dir() or "shared" not in reason:
                found.append(f"{case.get('classname')}::{case.get('name')}: {reason}")
    return found


def main(report: str) -> int:
    """Say which tests were skipped, and return the exit code."""
    found = skipped(Path(report))
    for line in found:
        sys.stderr.write(f"skipped: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
