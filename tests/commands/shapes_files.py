"""What commands over saved reports show as JSON; tested in test_saved_reports.py, with files to look at."""

from __future__ import annotations

from .patterns import DATE, TEXT, maybe

SHA = r"[0-9a-f]{64}"
DIFFERENCE = {"section": str, "row": str, "column": str, "saved": maybe(TEXT), "now": maybe(TEXT)}
VERIFIED = {
    "file": TEXT,
    "verdict": ("same", "altered", "differs"),
    "command": r"report [a-z-]+( .+)?",
    "as_of": DATE,
    "known_at": maybe(DATE),
    "policy": TEXT,
    "policy_digest": r"[0-9a-f]{12}",
    "policy_now": maybe(TEXT),
    "digest": TEXT,
    "digest_now": SHA,
    "known_at_same": maybe(DATE),
    "n": int,
    "differences": [DIFFERENCE],
}
PACKED = {
    "file": r"[0-9]{2}-[a-z-]+\.(html|xlsx)",
    "title": TEXT,
    "command": r"report [a-z-]+( .+)?",
    "as_of": DATE,
    "sha256": SHA,
}
ELSEWHERE = {"report verify": [VERIFIED], "report pack": [PACKED]}
