"""Saved reports against the book: the same, altered since, or no longer what the book says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm import __version__
from loancrm.errors import Damaged, InvalidInput
from loancrm.i18n import N_, _, n_, noted
from loancrm.render.columns import Column
from loancrm.shell.proving import made_again

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.exchange.saved import Difference, Saved

ENDINGS = (".html", ".xlsx")
SAME, ALTERED, DIFFERS = "same", "altered", "differs"
MOST_KEPT, MOST_SHOWN = 1_000, 8
VERIFIED = (
    Column("file", N_("saved file"), fold=True),
    Column("verdict", N_("verdict"), "code", vocabulary="verdict_of_file"),
    Column("command", N_("command"), table=False),
    Column("as_of", N_("as of"), "date"),
    Column("known_at", N_("known by"), "date", table=False),
    Column("policy", N_("policy"), table=False),
    Column("policy_digest", N_("digest of the policy"), table=False),
    Column("policy_now", N_("policy now"), table=False),
    Column("digest", N_("digest"), table=False),
    Column("digest_now", N_("digest now"), table=False),
    Column("known_at_same", N_("the same as known by"), "date", table=False),
    Column("n", N_("differences"), "int"),
    Column("differences", N_("differences"), "nested"),
    Column("said", N_("what differs"), below=True, data=False),
)


def verify(crm: Context, root: Any, names: Sequence[str]) -> None:
    """Make each saved report again and say whether it is the same; of a folder, all that are in it.

    Raises:
        Damaged: one is not the same.
        InvalidInput: a file is no saved report, or a folder has none.
    """
    rows = [_verified(crm, root, path) for name in names for path in _files(Path(name))]
    crm.show(rows, VERIFIED, title=_("saved reports against the book"), whole=True)
    wrong = sum(row["verdict"] != SAME for row in rows)
    if wrong:
        text = n_(
            "{n} saved report is not what the book says",
            "{n} saved reports are not what the book says",
            wrong,
        )
        raise Damaged(text.format(n=wrong), code="differs", hint=_hint(rows))


def _hint(rows: Sequence[dict[str, Any]]) -> str | None:
    if any(row["known_at_same"] for row in rows):
        return _("what was recorded later makes the difference: look with --known-at")
    return None


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix in ENDINGS and one.name != "index.html")
    if not found:
        raise InvalidInput(_("there is no saved report in {path}").format(path=path), field="FILE")
    return found


def _verified(crm: Context, root: Any, path: Path) -> dict[str, Any]:
    from loancrm.exchange.saved import read_saved

    saved = read_saved(path)
    again = made_again(crm, root, saved)
    found = list(islice(_differences(saved, again), MOST_KEPT))
    verdict = SAME if not found else ALTERED if _was_right(saved, again) else DIFFERS
    record, now = saved.record, again.record
    policy = record["basis"].get("policy_digest")
    return {
        "file": str(path),
        "verdict": verdict,
        "command": " ".join(record["command"]),
        "as_of": _day(record["as_of"]),
        "known_at": _day(record["known_at"]),
        "policy": str(record["basis"].get("policy")),
        "policy_digest": str(policy),
        "policy_now": None if policy == now["basis"]["policy_digest"] else now["basis"]["policy"],
        "digest": str(record["digest"]),
        "digest_now": now["digest"],
        "known_at_same": _day(_known_by(crm, root, saved)) if verdict == DIFFERS else None,
        "n": len(found),
        "differences": [asdict(one) for one in found],
        "said": "\n".join(_said(found)),
    }


def _day(text: str | None) -> Any:
    """Return a day that a record holds, None without one.

    Raises:
        InvalidInput: it is no day.
    """
    from loancrm.parsing import day

    return None if text is None else day(text, "FILE")


def _differences(saved: Saved, again: Saved) -> Iterator[Difference]:
    """Yield what differs; a page of this version is the same to the byte, or something was put into it."""
    from loancrm.exchange.saved import Difference, differences

    if saved.content == again.content:
        return
    found = list(islice(differences(saved, again), MOST_KEPT))
    yield from found
    is_page = saved.record["format"] == "html"
    if not found and is_page and saved.record["loancrm"] == __version__:
        yield Difference(_("page"), _("what stands between the figures"), "", None, None)
    if not found and saved.record["digest"] != again.record["digest"]:
        yield Difference(
            _("basis"), _("digest"), "", saved.record["digest"][:12], again.record["digest"][:12]
        )


def _was_right(saved: Saved, again: Saved) -> bool:
    """Whether the book still says what the file's own digest is of: then the file was altered."""
    return bool(saved.record["digest"] == again.record["digest"])


def _known_by(crm: Context, root: Any, saved: Saved) -> str | None:
    """Return the report's day, if with what was known then it is the same: then only later facts differ."""
    day: str = saved.record["as_of"]
    if saved.record["known_at"]:
        return None
    from loancrm.exchange.saved import differences

    then = made_again(crm, root, saved, known_at=day)
    said = next(iter(differences(saved, then)), None)
    return day if said is None else None


def _said(found: Sequence[Difference]) -> Iterator[str]:
    for one in found[:MOST_SHOWN]:
        where = " · ".join(part for part in (one.section, one.row, one.column) if part)
        yield noted(f"{where}: {one.saved or '–'}", _("now {value}").format(value=one.now or "–"))
    if len(found) > MOST_SHOWN:
        yield _("… and {n} more").format(n=len(found) - MOST_SHOWN)
