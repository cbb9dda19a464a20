"""What ``score fit`` reads and shows: the card's lines, how well it tells, and the card to review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loancrm.errors import InvalidInput, UsageFault, did_you_mean
from loancrm.i18n import N_, _, listed, titled
from loancrm.numerals import MILLION, format_ratio, plain_millionths
from loancrm.parsing import count, ratio
from loancrm.render.columns import Column
from loancrm.shell.output import save_text
from loancrm.typeset import display_width, wrapped

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.fit_terms import TermLine
    from loancrm.reports.fitting import FitQuestion, Fitted, Measured

CARD_ENDINGS = (".yaml", ".yml")
MOST_DIGITS = 9
LINES = (
    Column("term", N_("indicator"), data=False),
    Column("role", N_("kind"), table=False),
    Column("indicator", N_("indicator"), table=False),
    Column("category", N_("category"), table=False),
    Column("coefficient", N_("coefficient"), "number"),
    Column("standard_error", N_("std. error"), "number"),
    Column("z", "z", "number"),
    Column("n", N_("cases"), "int"),
    Column("events", N_("events"), "int"),
)
RESULT = (
    Column("level", N_("level")),
    Column("conditions", N_("conditions"), "nested"),
    Column("coefficients", N_("coefficients"), "nested"),
    Column("log_likelihood", N_("log-likelihood"), "number"),
    Column("iterations", N_("iterations"), "int"),
    Column("measured_on", N_("measured on")),
    Column("auc", "AUC", "ratio"),
    Column("gini", "Gini", "ratio"),
    Column("ks", "KS", "ratio"),
    Column("psi", "PSI", "ratio"),
    Column("confusion", N_("confusion"), "nested"),
    Column("train", N_("training"), "nested"),
    Column("held_out", N_("held out"), "nested"),
    Column("left_out", N_("left out"), "nested"),
    Column("basis", N_("basis"), "nested"),
)


def show_fit(crm: Context, typed: Mapping[str, str | None]) -> None:
    """Estimate a card, show it, and write it where ``--output`` ends in .yaml."""
    from loancrm.reports.fitting import fit_card
    from loancrm.shell.card_text import card_text

    asked, file = _read(crm, typed), _card_file(crm)
    with crm.view() as view:
        found = fit_card(view, crm.policy(view), asked)
    if file is not None:
        save_text(crm, file, card_text(typed, found))
    if crm.format in ("json", "jsonl"):
        crm.show_one(_result(typed, found), RESULT)
    else:
        rows = [{**asdict(line), "term": _term(line)} for line in found.lines]
        title = _("Logistic fit of {target} on {day}").format(target=typed["target"], day=found.basis.as_of)
        crm.show(
            rows, LINES, title=title, header=[title, _seen(found), ""], footer=_page(crm, found), whole=True
        )
    if file is not None:
        crm.say(_("{file}: the card, to review; nothing is adopted").format(file=file))


# ── what was typed ──────────────────────────────────────────────────────────────────────────────


def _read(crm: Context, typed: Mapping[str, str | None]) -> FitQuestion:
    from loancrm.policy.conditions import ALWAYS
    from loancrm.policy.parse import LEVELS, from_text
    from loancrm.reports.fitting import FitQuestion

    crm.know_products()
    level = str(typed["level"])
    if level not in LEVELS:
        message = _("--level: known are {levels}").format(levels=listed(LEVELS))
        raise UsageFault(message, field="--level", hint=did_you_mean(level, tuple(LEVELS)))

    def condition(name: str) -> Any:
        text = typed[name]
        return None if text is None else from_text(text, LEVELS[level], f"--{name}")

    def number(name: str, most: int | None = None) -> int | None:
        text = typed[name]
        return None if text is None else count(text, f"--{name}", 1, most)

    return FitQuestion(
        level=level,  # type: ignore[arg-type]
        target=condition("target"),
        on=_figures(str(typed["on"])),
        train=condition("train") or ALWAYS,
        test=condition("test"),
        where=condition("where") or ALWAYS,
        minimum=number("minimum"),
        digits=number("digits", MOST_DIGITS),
        cut=_cut(typed["cut"]),
    )


def _figures(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise UsageFault(_("--on takes figures, such as term_months,loan_industry"), field="--on")
    return names


def _cut(text: str | None) -> Fraction | None:
    if text is None:
        return None
    share = ratio(text, "--cut")
    if not 0 < share < MILLION:
        raise InvalidInput(titled("--cut", _("write a share between 0 and 1")), field="--cut")
    return Fraction(share, MILLION)


def _card_file(crm: Context) -> str | None:
    """Return the file of ``--output`` that the card goes into; anything else takes what is shown."""
    name: str | None = crm.given.get("output")
    if name is None or not name.lower().endswith(CARD_ENDINGS):
        return None
    crm.given.pop("output")
    return name


# ── what is shown ───────────────────────────────────────────────────────────────────────────────


def _result(typed: Mapping[str, str | None], found: Fitted) -> dict[str, Any]:
    """Return the card and its measure as scripts read it; the areas at the top are of the held-out cases."""
    best = found.held_out or found.train
    return {
        "level": found.level,
        "conditions": {name: typed[name] for name in ("target", "on", "train", "test", "where")},
        "coefficients": [asdict(line) for line in found.lines],
        "log_likelihood": found.log_likelihood,
        "iterations": found.iterations,
        "measured_on": "held_out" if found.held_out else "train",
        **{name: getattr(best, name) for name in ("auc", "gini", "ks")},
        "psi": found.psi,
        "confusion": {"cut": plain_millionths(found.cut), **asdict(best.confusion)},
        "train": _measured(found.train),
        "held_out": found.held_out and _measured(found.held_out),
        "left_out": asdict(found.left_out),
        "basis": found.basis,
    }


def _measured(side: Measured) -> dict[str, Any]:
    areas = {name: getattr(side, name) for name in ("auc", "gini", "ks")}
    shown = {name: None if value is None else plain_millionths(value) for name, value in areas.items()}
    return {"n": side.n, "events": side.events, **shown, "confusion": asdict(side.confusion)}


def _term(line: TermLine) -> str:
    name = line.indicator or ""
    words = {
        "intercept": _("intercept"),
        "figure": name,
        "category": f"{name} {line.category}",
        "other": _("{name} other").format(name=name),
        "reference": _("{name} {category} (reference)").format(name=name, category=line.category),
    }
    return words[line.role]


def _seen(found: Fitted) -> str:
    policy = _("policy {name}").format(name=found.basis.policy)
    level = _("one case a loan") if found.level == "loan" else _("one case a customer")
    return f"{level} · {policy} · {found.basis.policy_digest}"


def _page(crm: Context, found: Fitted) -> list[str]:
    """Return what stands under the lines: the measure of both sides, and what was left out."""
    cut = format_ratio(found.cut)
    rows = [
        ("", _("training"), _("held out")),
        *((words, *(_of(side, name) for side in (found.train, found.held_out))) for name, words in (
            ("n", _("cases")), ("events", _("events")), ("auc", "AUC"), ("gini", "Gini"), ("ks", "KS"),
            ("true_positive", _("chance {cut} or more, event").format(cut=cut)),
            ("false_positive", _("chance {cut} or more, no event").format(cut=cut)),
            ("false_negative", _("less, event")),
            ("true_negative", _("less, no event")),
        )),
    ]  # fmt: skip
    psi = [titled(_("PSI of the held-out scores"), _thousandths(found.psi))] if found.psi is not None else []
    return ["", *_aligned(rows), "", *psi, *_left_out(crm, found)]


def _of(side: Measured | None, name: str) -> str:
    if side is None:
        return "–"
    if name in ("auc", "gini", "ks"):
        return _thousandths(getattr(side, name))
    value = getattr(side, name) if hasattr(side, name) else getattr(side.confusion, name)
    return f"{value:,}"


def _thousandths(value: int | None) -> str:
    if value is None:
        return "–"
    return f"{'-' if value < 0 else ''}{(abs(value) + 500) // 1000 / 1000:.3f}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(display_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(_padded(text, width, place) for place, (text, width) in enumerate(
        zip(row, widths, strict=True))) for row in rows]  # fmt: skip


def _padded(text: str, width: int, place: int) -> str:
    blanks = " " * (width - display_width(text))
    return text + blanks if place == 0 else blanks + text


def _left_out(crm: Context, found: Fitted) -> list[str]:
    out = found.left_out
    reasons = [
        (out.where_unknown, _("of which it is unknown whether --where holds")),
        (out.target_unknown, _("whose target is unknown")),
        (out.side_unknown, _("of which it is unknown whether they are for training")),
        (out.neither, _("neither for training nor for measuring")),
        *((n, _("without {name}").format(name=name)) for name, n in sorted(out.missing.items())),
    ]
    told = [f"{n:,} {why}" for n, why in reasons if n]
    return list(wrapped(titled(_("left out"), listed(told)), 0, crm.width)) if told else []
