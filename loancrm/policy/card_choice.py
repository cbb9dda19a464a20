"""Which scorecard is meant: by its name, or the first one of a kind of customer."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.errors import InvalidInput, NotFound, did_you_mean
from loancrm.i18n import _, listed
from loancrm.policy.cards import Card, PointsCard


def card_for(cards: Mapping[str, Card], policy: str, name: str | None, kind: str) -> Card:
    """Return the card ``name``, or the first one that applies to a kind of customer.

    Raises:
        NotFound: there is none.
        InvalidInput: it is not for this kind of customer.
    """
    if name is None:
        found = next((card for card in cards.values() if kind in card.applies_to), None)
        if found is None:
            raise NotFound(
                _("policy {policy} has no scorecard for this kind of customer").format(policy=policy),
                field="--card",
                hint=_("a policy file says it under scorecards: loancrm policy adopt FILE"),
                code="no_card",
            )
        return found
    card = card_named(cards, policy, name)
    if kind not in card.applies_to:
        message = _("scorecard {card} is not for this kind of customer").format(card=name)
        raise InvalidInput(message, field="--card")
    return card


def card_of_criteria(cards: Mapping[str, Card], kind: str) -> PointsCard | None:
    """Return the first card for a kind of customer whose figures speak for criteria of screening."""
    for card in cards.values():
        if (
            isinstance(card, PointsCard)
            and kind in card.applies_to
            and any(item.criterion for item in card.items)
        ):
            return card
    return None


def card_named(cards: Mapping[str, Card], policy: str, name: str) -> Card:
    """Return the card ``name`` of those of a policy.

    Raises:
        NotFound: there is none; the hint names the nearest.
    """
    if name not in cards:
        raise NotFound(
            _("policy {policy} has no scorecard {card}").format(policy=policy, card=name),
            field="--card",
            hint=did_you_mean(name, tuple(cards)) or _known(cards),
            code="no_card",
        )
    return cards[name]


def _known(cards: Mapping[str, Card]) -> str | None:
    return _("there are: {names}").format(names=listed(tuple(cards))) if cards else None
