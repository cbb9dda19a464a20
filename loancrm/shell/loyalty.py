"""Loyalty on the command line: a customer's points, rewards, accruals, what it all cost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from loancrm.errors import NotFound
from loancrm.i18n import N_, _, language, n_
from loancrm.numerals import plain_money
from loancrm.render.columns import Column
from loancrm.shell.queries import not_judged, say_unjudged
from loancrm.shell.reports import basis_json
from loancrm.shell.value import _period
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.loyalty import CustomerPoints, EntryLine

ONE = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("balance", N_("points"), "int"),
    Column("earned", N_("earned"), "int"),
    Column("spent", N_("spent"), "int"),
    Column("expired", N_("expired"), "int"),
    Column("expiring", N_("expiring"), "int"),
    Column("expiring_days", N_("within days"), "int", table=False),
    Column("recent", N_("counted for the tier"), "int"),
    Column("tier", N_("tier"), data=True),
    Column("tier_words", N_("tier"), table=False),
    Column("undecided", N_("not judged"), "nested", table=False),
    Column("benefits", N_("benefits"), "nested"),
    Column("entries", N_("entries"), "nested"),
)
REWARDS = (
    Column("reward", N_("reward")),
    Column("title", N_("what it is")),
    Column("points", N_("points"), "int"),
    Column("cost", N_("cost"), "money"),
)
COST = (
    Column("kind", N_("kind"), "code", vocabulary="loyalty_line"),
    Column("code", N_("rule, reward or state")),
    Column("count", N_("count"), "int"),
    Column("customers", N_("customers"), "int"),
    Column("points", N_("points"), "int"),
    Column("cost", N_("cost"), "money"),
)
COST_TOTALS = (
    Column("cost", N_("cost"), "money"),
    Column("balance", N_("points outstanding"), "int"),
    Column("expired", N_("points expired"), "int"),
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("basis", N_("basis"), "nested"),
)
SHOWN = 12  # entries under the page; scripts get all


def show_points(crm: Context, customer: str) -> None:
    """Show a customer's points, tier, benefits, and what earned them."""
    from loancrm.reports.loyalty import customer_points

    with crm.view() as view:
        found = customer_points(view, crm.policy(view), customer)
    if found is None:
        raise NotFound(_("on that day nothing was known of this customer yet"), field="CUSTOMER")
    lang, tier = language(), found.tier
    values = {name: getattr(found, name) for name in found.__slots__}
    values |= {
        "tier": None if tier is None else tier.rule,
        "tier_words": None if tier is None else tier.said(lang),
        "undecided": list(found.undecided),
        "benefits": [] if tier is None else [one.said(lang) for one in tier.benefits],
        "entries": [_entry(one) for one in found.entries],
    }
    if crm.format in ("table", "html"):
        values["tier"] = values["tier_words"]
    title = _("{customer} {name}: loyalty points").format(customer=found.customer, name=found.name)
    crm.show_one(values, ONE, title=title, header=[title, ""], footer=_below(found, values["benefits"]))


def _entry(one: EntryLine) -> dict[str, Any]:
    values = asdict(one)
    for name in ("on", "expires_on"):
        values[name] = None if values[name] is None else values[name].isoformat()
    return values | {"cost": None if one.cost is None else plain_money(one.cost)}


def _below(found: CustomerPoints, benefits: list[str]) -> list[str]:
    lines = [""]
    lines += [not_judged(found.undecided)] if found.undecided else []
    lines += [_("benefit: {text}").format(text=one) for one in benefits]
    if found.expiring:
        text = n_(
            "{n} point expires within {days} days", "{n} points expire within {days} days", found.expiring
        )
        lines.append(text.format(n=found.expiring, days=found.expiring_days))
    lines += [_entry_words(one) for one in found.entries[:SHOWN]]
    more = len(found.entries) - SHOWN
    return [*lines, _("{n} more: --format json").format(n=more)] if more > 0 else lines


def _entry_words(one: EntryLine) -> str:
    about = " ".join(word for word in (one.rule, one.reward, one.fact, one.note) if word)
    return f"{one.on}  {one.points:+6d}  {label('loyalty_line', one.kind)}  {about}".rstrip()


def show_rewards(crm: Context) -> None:
    """Show what points buy, by the policy."""
    with crm.view() as view:
        rewards = crm.policy(view).loyalty.shape.rewards
    lang = language()
    rows = [
        {"reward": code, "title": one.said(lang), "points": one.points, "cost": one.cost}
        for code, one in rewards.items()
    ]
    crm.show(rows, REWARDS, title=_("rewards"))


def show_accrued(crm: Context) -> None:
    """Give points for what earned some, and say how many by rule."""
    from loancrm.services.loyalty import AccrueIn, accrue

    receipt = crm.change(accrue, AccrueIn(), "loyalty accrue")
    words = _("{rule}: {n} facts, {points} points")
    notes = [
        words.format(rule=one.rule, n=one.facts, points=one.points) for one in receipt.rules if one.facts
    ]
    open_ = {one.rule: one.undecided for one in receipt.rules if one.undecided}
    text = n_("{n} fact earned {points} points", "{n} facts earned {points} points", receipt.facts)
    crm.receipt(receipt, text.format(n=receipt.facts, points=receipt.points), *notes)
    say_unjudged(crm, open_)
    say_unjudged(crm, receipt.undecided_tiers)


def show_cost(crm: Context, officer: str | None, from_: str | None, to: str | None) -> None:
    """Show what points, rewards and offers came to, and what they cost."""
    from loancrm.reports.loyalty import loyalty_cost

    with crm.view() as view:
        until, days = _period(view, from_, to)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = loyalty_cost(until, crm.policy(view), days, officer_id)
    last = found.basis.as_of
    totals = {
        "cost": sum(line.cost or 0 for line in found.lines),
        "balance": found.balance,
        "expired": found.expired,
        "from_on": last - timedelta(days=days),
        "to_on": last,
        "basis": basis_json(found.basis),
    }
    title = _("Loyalty, {first} to {last}").format(first=totals["from_on"], last=last)
    owed = _("{balance} points outstanding, {expired} expired").format(
        balance=found.balance, expired=found.expired
    )
    crm.show(
        found.lines,
        COST,
        title=title,
        header=[title, ""],
        footer=["", owed],
        totals=totals,
        totals_columns=COST_TOTALS,
    )
