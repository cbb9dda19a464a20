"""What a saved report carries of itself, and the same report made again to see whether it still says so."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.exceptions import TyperException

from loancrm import __version__
from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import LANGUAGES, _, language, speaking

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.exchange.saved import Saved
    from loancrm.render.proof import Proof
    from loancrm.reports.basis import Basis

NOT_REPORTS = ("verify", "pack")
MOST_WORDS, MOST_WORD = 60, 400
# What may not stand in a file's command: it says where things are, and no report is asked so.
FOREIGN = (
    "--store", "--config", "--policy", "--output", "--force", "--format", "--as-of", "--known-at", "--me",
    "--unmask", "--lang", "--debug", "--quiet", "--help",
)  # fmt: skip


def proof_of(crm: Context, basis: Basis) -> Proof:
    """Return the record of the report that is being shown."""
    from loancrm.render.proof import Proof

    origin = {
        "loancrm": __version__,
        "command": list(crm.asked),
        "as_of": crm.as_of.isoformat(),
        "known_at": crm.known_at and crm.known_at.isoformat(),
        "me": crm.settings.me,
        "lang": language(),
        "format": crm.format,
        "currency": crm.store.currency,
    }
    plain = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(basis).items()
    }
    return Proof(origin, plain, _said(basis))


def _said(basis: Basis) -> list[tuple[str, str]]:
    data = str(basis.data_on) if basis.data_on else _("none")
    said = [(_("as of"), str(basis.as_of)), (_("data of the day"), data)]
    if basis.known_at:
        said.insert(1, (_("known by"), str(basis.known_at)))
    return [*said, (_("policy"), f"{basis.policy} ({basis.policy_digest})")]


def made_again(crm: Context, root: Any, saved: Saved, known_at: str | None = None) -> Saved:
    """Make the report of a saved file again from the book as it is now, and return what it says.

    Args:
        crm: the command that asks.
        root: the command tree.
        saved: what the file says of itself.
        known_at: with what was known by then, where the file itself does not say.

    Raises:
        InvalidInput: the file asks for something else than a report.
        LoanCrmError: what the report itself refuses.
    """
    from loancrm.exchange.saved import read_saved

    record = saved.record
    words = _checked(record)
    with tempfile.TemporaryDirectory(prefix="loancrm-") as folder, speaking(record["lang"]):
        path = Path(folder) / f"again.{record['format']}"
        words += ["--as-of", record["as_of"], "--format", record["format"], "--output", str(path)]
        if known := record["known_at"] or known_at:
            words += ["--known-at", known]
        run(crm, root, words, record["me"])
        return read_saved(path)


def run(crm: Context, root: Any, words: Sequence[str], me: str | None) -> None:
    """Run another command line in this process, on the same book and for the officer ``me``.

    Raises:
        InvalidInput: there is no such command, or it takes other options.
    """
    other = crm.beside(crm.settings.model_copy(update={"me": me}))
    other.given["quiet"] = True
    try:
        root.main(args=list(words), prog_name="loancrm", standalone_mode=False, obj=other)
    except (TyperException, UsageFault):
        raise InvalidInput(
            _("this version has no such report: {command}").format(command=" ".join(words[:2])),
            hint=_("open the file with the version that made it"),
            code="unknown_report",
        ) from None


def _checked(record: dict[str, Any]) -> list[str]:
    """Return the command of a record, if it asks for a report and for nothing else."""
    from loancrm.exchange.saved import not_ours

    words = record["command"]
    is_list = isinstance(words, list) and all(isinstance(word, str) for word in words)
    fits = is_list and 1 < len(words) <= MOST_WORDS and all(len(word) <= MOST_WORD for word in words)
    if not fits or words[0] != "report" or words[1] in NOT_REPORTS or words[1].startswith("-"):
        raise not_ours()
    names = {word.split("=", 1)[0] for word in words if word.startswith("-")}
    if names.intersection(FOREIGN) or not all(name.startswith("--") for name in names):
        raise not_ours()
    texts = (record["as_of"], record["known_at"] or "", record["me"] or "")
    if not all(isinstance(text, str) for text in texts) or record["lang"] not in LANGUAGES:
        raise not_ours()
    return list(words)
