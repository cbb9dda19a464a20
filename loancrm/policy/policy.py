"""A policy that was read: compiled rules, and which policy is in force on a day."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from loancrm import strictyaml
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.indicators.sources import Terms
from loancrm.models import PolicyVersion, table
from loancrm.policy.classes import Scheme, Treatment, read_schemes, treatment, treatment_problems
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.due import DueShape
from loancrm.policy.later import LaterSections
from loancrm.policy.model import PolicyShape
from loancrm.policy.sections import problems as problems_of_sections
from loancrm.policy.sections import sections
from loancrm.view import View

if TYPE_CHECKING:
    from loancrm.lending.expected_loss import ProvisionRules
    from loancrm.lending.pricing import PricingRules
    from loancrm.lending.relief import ReliefRules
    from loancrm.lending.standing import Rules
    from loancrm.policy.card_reading import Cards
    from loancrm.policy.cards import Card
    from loancrm.policy.care import DuplicatesShape
    from loancrm.policy.credit import CreditSections, ProceedsShape, PromisesShape, ReferenceRatesShape
    from loancrm.policy.feedback import FeedbackShape
    from loancrm.policy.file_rules import FileRule
    from loancrm.policy.screening import Screening

EXAMPLE = Path(__file__).with_name("policy.example.yaml")
SIZE_LIMIT = 1 << 20  # characters; a policy is text for people, more is a mistake


@dataclass(frozen=True, slots=True)
class CadenceRule:
    """How often to talk to customers for whom ``when`` holds; None: not at all."""

    rule: str
    when: Condition
    target_days: int | None
    maximum_days: int | None


@dataclass(frozen=True)
class Policy(LaterSections):
    """The bank's judgement, read and checked.

    ``schemes`` are those by which customers are classed, in the order in which they are decided.
    ``loaded`` is what the text says, as plain values with their places. ``version_id`` is the key of the
    adopted version, None for a file that was not adopted.
    """

    shape: PolicyShape
    text: str
    schemes: Mapping[str, Scheme]
    cadence: tuple[CadenceRule, ...]
    loaded: strictyaml.Loaded
    version_id: int | None = None

    @property
    def name(self) -> str:
        """Return the name that the file gives itself."""
        return self.shape.name

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the text."""
        return digest(self.text)

    @property
    def terms(self) -> Terms:
        """Return what indicators need to know."""
        data = self.shape.data
        outcomes = tuple(self.shape.contacts.real_outcomes)
        return Terms(
            data.stale_after_days,
            outcomes,
            data.statement_stale_after_days,
            lambda: self.standing,
            worth=lambda: self.value.shape.rules(self.pricing, self.provisions),
            loyalty=lambda: self.loyalty,
            lost_after_days=lambda: self.churn.shape.window_days,
            promises=lambda: (self.promises.grace_days, self.promises.tolerance_percent),
            peers=lambda: self.warnings.peers,
        )

    @cached_property
    def standing(self) -> Rules:
        """Return the rules of class and stage; the example's where an older policy does not say."""
        from loancrm.policy.standing import StandingSection, rules_of

        shape = sections(StandingSection, self.loaded).standing
        shape = shape or sections(StandingSection, example().loaded).standing
        assert shape is not None
        return rules_of(shape, self.shape.data.class_floor_days or example().shape.data.class_floor_days)

    @cached_property
    def remembered(self) -> Rules:
        """Return the rules of what loans remember: those of class and stage, and when relief is observed."""
        from loancrm.policy.standing import with_relief

        relief = self._credit.relief or example()._credit.relief
        assert relief is not None
        return with_relief(self.standing, relief)

    @cached_property
    def due(self) -> DueShape:
        """Return the sources of the day's list; what an older policy does not name is as the example says."""
        said = self.shape.due
        unsaid = DueShape.model_fields.keys() - said.model_fields_set
        if not unsaid:
            return said
        usual = example().shape.due
        return said.model_copy(update={name: getattr(usual, name) for name in unsaid})

    @property
    def data(self) -> Any:
        """Return what the text says, as plain values."""
        return self.loaded.data

    @cached_property
    def cards_read(self) -> Cards:
        """Return the part about scorecards and screening; its modules too are loaded only when asked for."""
        return _cards(self.loaded)

    @property
    def cards(self) -> Mapping[str, Card]:
        """Return the scorecards by name, in the order of the file."""
        return self.cards_read.by_name

    @property
    def screening(self) -> Screening:
        """Return the criteria of screening."""
        return self.cards_read.screening

    def card(self, name: str | None, kind: str) -> Card:
        """Return the card ``name``, or the first one that applies to a kind of customer.

        Raises:
            NotFound: there is none.
            InvalidInput: it is not for this kind of customer.
        """
        from loancrm.policy.card_choice import card_for

        return card_for(self.cards, self.name, name, kind)

    def named_card(self, name: str) -> Card:
        """Return the card ``name``.

        Raises:
            NotFound: there is none; the hint names the nearest.
        """
        from loancrm.policy.card_choice import card_named

        return card_named(self.cards, self.name, name)

    @cached_property
    def feedback(self) -> FeedbackShape:
        """Return what is asked of feedback; what an older policy does not say is as the example says."""
        from loancrm.policy.feedback import completed

        return completed(self.shape.feedback, lambda: example().shape.feedback)

    @cached_property
    def file(self) -> tuple[FileRule, ...]:
        """Return what customers' files must hold."""
        from loancrm.policy.file_rules import read_file_rules

        return read_file_rules(self.loaded, [])

    @cached_property
    def duplicates(self) -> DuplicatesShape:
        """Return what makes two customers one; the example's where an older policy does not say."""
        from loancrm.policy.care import CareSections

        shape = sections(CareSections, self.loaded).duplicates
        shape = shape or sections(CareSections, example().loaded).duplicates
        assert shape is not None
        return shape

    @cached_property
    def _credit(self) -> CreditSections:
        from loancrm.policy.credit import CreditSections

        return sections(CreditSections, self.loaded)

    @cached_property
    def pricing(self) -> PricingRules:
        """Return what a loan must earn; the example's where an older policy does not say."""
        return example().pricing if self._credit.pricing is None else self._credit.pricing.rules

    @cached_property
    def provisions(self) -> ProvisionRules:
        """Return which losses are expected and provided for; of an older policy the example's."""
        own = self._credit.provisions
        return example().provisions if own is None else own.rules(self.pricing.loss_given_default)

    @cached_property
    def relief(self) -> ReliefRules:
        """Return what relief may be given; the example's where an older policy does not say."""
        said = self._credit.relief or example()._credit.relief
        assert said is not None
        return said.rules_with(self.remembered.observed)

    @property
    def reference_rates(self) -> ReferenceRatesShape:
        """Return how old a published rate may be; the example's where an older policy does not say."""
        return self._credit.reference_rates or example().reference_rates

    @property
    def proceeds(self) -> ProceedsShape:
        """Return what is asked of the use of loans; the example's where an older policy does not say."""
        return self._credit.proceeds or example().proceeds

    @property
    def promises(self) -> PromisesShape:
        """Return when a promise is kept; the example's where an older policy does not say."""
        return self._credit.promises or example().promises

    def treatment(self, segment: str | None, lang: str) -> str | None:
        """Return the treatment text of a segment in a language."""
        found = self.treatment_of("segment", segment, lang)
        return None if found is None else found.text

    def treatment_of(self, scheme: str, value: str | None, lang: str) -> Treatment | None:
        """Return how customers of a class are treated, in a language."""
        return treatment(self.shape, scheme, value, lang)


def _cards(loaded: strictyaml.Loaded) -> Cards:
    from loancrm.policy.card_reading import Cards

    return Cards(loaded)


def digest(text: str) -> str:
    """Return the SHA-256 of a policy's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def read_policy(text: str, source: str, version_id: int | None = None) -> Policy:
    """Return the policy that ``text`` says.

    Raises:
        InvalidInput: every problem, a line each, with ``source``:line:column.
    """
    loaded = strictyaml.load(text, source)
    try:
        policy = _read(loaded, text, version_id)
    except InvalidInput as fault:
        found = (fault.message, *_problems_read_later(loaded))
        raise InvalidInput("\n".join(found), code="invalid_file") from None
    if found := _problems_read_later(loaded):
        raise InvalidInput("\n".join(found), code="invalid_file")
    return policy


def _problems_read_later(loaded: strictyaml.Loaded) -> tuple[str, ...]:
    return (*problems_of_sections(loaded), *_cards(loaded).problems)


def _read(loaded: strictyaml.Loaded, text: str, version_id: int | None) -> Policy:
    shape = strictyaml.validate(PolicyShape, loaded)
    problems: list[str] = []
    policy = Policy(
        shape,
        text,
        read_schemes(shape, loaded, problems),
        tuple(
            CadenceRule(rule.rule, when, rule.target_days, rule.maximum_days)
            for rule, when in compiled(shape.cadence, ("cadence",), loaded, problems)
        ),
        loaded,
        version_id,
    )
    problems += treatment_problems(shape, loaded)
    if problems:
        raise InvalidInput("\n".join(problems), code="invalid_file")
    return policy


def read_file(path: Path) -> Policy:
    """Return the policy in the file at ``path``.

    Raises:
        NotFound: there is none.
        InvalidInput: it is not a policy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound(_("there is no policy file {path}").format(path=path), field="--policy") from None
    except (OSError, UnicodeDecodeError):
        message = _("{path} cannot be read as UTF-8 text").format(path=path)
        raise InvalidInput(message, field="--policy") from None
    if len(text) > SIZE_LIMIT:
        raise InvalidInput(_("{path} is too large for a policy").format(path=path), field="--policy")
    return read_policy(text, str(path))


@cache
def example() -> Policy:
    """Return the policy that is shipped as an example, and that a new book begins with.

    What is read later of it is not checked here: the tests read it whole.
    """
    text = EXAMPLE.read_text(encoding="utf-8")
    return _read(strictyaml.load(text, EXAMPLE.name), text, None)


def in_force(view: View) -> Policy:
    """Return the policy that rules on the view's day, as far as it was known then."""
    rows = table(PolicyVersion)
    query = select(rows.c.id, rows.c.text, rows.c.data)
    newest = (rows.c.effective_on.desc(), rows.c.id.desc())
    row = view.one(query.where(view.sees(rows)).order_by(*newest).limit(1))
    if row is None:
        raise Conflict(_("no policy was adopted"), hint=_("loancrm policy adopt FILE"), code="no_policy")
    return _adopted(row)


def _adopted(row: Row[Any]) -> Policy:
    """Return an adopted policy from what its text was read as when it was adopted."""
    return _read_adopted(row.data, row.text, row.id)


@cache  # services ask for the policy in force again and again
def _read_adopted(data: str, text: str, version_id: int) -> Policy:
    source = _("policy {number}").format(number=version_id)
    return _read(strictyaml.Loaded(json.loads(data), {}, source), text, version_id)


def choose(view: View, wanted: str | None) -> Policy:
    """Return the policy of ``--policy``: a version's number, a file, or the one in force."""
    if wanted is None:
        return in_force(view)
    if not re.fullmatch(r"[0-9]{1,9}", wanted):
        return read_file(Path(wanted))
    rows = table(PolicyVersion)
    query = select(rows.c.id, rows.c.text, rows.c.data)
    row = view.one(query.where(rows.c.id == int(wanted), rows.c.voided_at.is_(None)))
    if row is None:
        raise NotFound(
            _("there is no policy version {number}").format(number=wanted),
            field="--policy",
            hint=_("loancrm policy list shows them"),
        )
    return _adopted(row)
