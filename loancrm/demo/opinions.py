"""Surveys: two waves, before and after the measure against slow approvals, answered by part of the invited.

Who is invited is left to the service, by the book as it stands on the day; so answers are drawn when the day
is written. Everything here rolls dice of its own. Who answers both waves mostly says the same of what did not
change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from loancrm.demo.dice import happens, stream
from loancrm.demo.economy import SLOW_REGIONS
from loancrm.demo.events import Surveyed
from loancrm.demo.span import Span, working
from loancrm.demo.world import World
from loancrm.indicators.facts import customers_at
from loancrm.reports import lookup
from loancrm.reports import surveys as looks
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import DrawIn, SurveyIn, define, draw
from loancrm.unitofwork import UnitOfWork

COMES = 0.25  # of the sheets that are still out, on each of the days below
CHANGES_MIND = 0.12  # of what did not change
BEFORE_MEASURE, AFTER_MEASURE = timedelta(days=75), timedelta(days=20)  # when the waves open
LASTS = timedelta(days=35)
ANSWER_DAYS = (7, 14, 24)  # days after the opening on which sheets come back
USUAL = (0.03, 0.08, 0.22, 0.42, 0.25)  # chances of 1 to 5
SLOW = (0.26, 0.34, 0.26, 0.1, 0.04)  # of the speed of approval, where it is slow
ELSEWHERE = (0.06, 0.16, 0.34, 0.32, 0.12)
DIMENSIONS = ("product", "process", "speed", "transparency", "fees", "expertise", "attitude", "online")
TEXT = """\
code: {code}
title: {{en: Customer satisfaction {year} Q{quarter}, zh_CN: {year}年{quarter}季度客户满意度调查}}
opens: {opens}
closes: {closes}
languages: [zh_CN, en]
audience: {{live_loans: ">= 1"}}
sample: {{per_segment: 150, seed: {wave}}}
dimensions: [{dimensions}]
overall: true
ces: true
nps: true
competitors:
  - {{code: bank_b, name: {{en: Bank B, zh_CN: 乙银行}}, dimensions: [speed, fees]}}
"""
_COMMENTS = {
    True: ("审批等得太久", "希望审批再快一些"),
    False: ("客户经理很负责", "利率希望再优惠一点", "手机银行好用"),
}
_RECOMMENDS = {1: (0, 3), 2: (3, 6), 3: (6, 8), 4: (7, 9), 5: (9, 10)}  # NPS by satisfaction overall


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave: its number, and the day on which it opens."""

    number: int
    opens_on: date

    @property
    def code(self) -> str:
        """Return the survey's code: ``S-2026Q3``."""
        return f"S-{self.opens_on.year}Q{self.quarter}"

    @property
    def quarter(self) -> int:
        """Return the quarter of the opening."""
        return (self.opens_on.month + 2) // 3

    @property
    def text(self) -> str:
        """Return the survey file."""
        return TEXT.format(
            code=self.code,
            year=self.opens_on.year,
            quarter=self.quarter,
            opens=self.opens_on,
            closes=self.opens_on + LASTS,
            wave=self.number,
            dimensions=", ".join(DIMENSIONS),
        )


def waves(span: Span) -> tuple[Wave, Wave]:
    """Return the wave before the measure and the one after it."""
    before, after = span.measure_on - BEFORE_MEASURE, span.measure_on + AFTER_MEASURE
    return Wave(1, working(before)), Wave(2, working(after))


def prepare(world: World) -> None:
    """Plan the waves and the days on which answers come."""
    for wave in waves(world.span):
        world.tell(wave.opens_on, Surveyed("open", wave.number, wave.opens_on, world.seed))
        for days in ANSWER_DAYS:
            day = working(wave.opens_on + timedelta(days=days))
            world.tell(day, Surveyed("answers", wave.number, wave.opens_on, world.seed))


def carry_out(uow: UnitOfWork, event: Surveyed) -> None:
    """Open a wave, or let answers come."""
    wave = Wave(event.wave, event.opens_on)
    if event.what == "open":
        define(uow, SurveyIn(text=wave.text, source="survey.yaml"))
        draw(uow, DrawIn(survey=wave.code))
        return
    found = looks.survey(uow.view(), wave.code)
    people = customers_at(uow.view(), "region")
    regions = {row.number: row.region for row in uow.view().rows(people.select())}
    for line in list(looks.invitations(uow.view(), found.id, open_only=True)):
        dice = stream(event.seed, "sheet", wave.number, line.customer, uow.today)
        if happens(dice, COMES):
            _answer(uow, event, wave, line, regions[lookup.numbered(line.customer, "C") or 0])


def _answer(
    uow: UnitOfWork, event: Surveyed, wave: Wave, line: looks.InvitationLine, region: str | None
) -> None:
    is_slow = wave.number == 1 and region in SLOW_REGIONS
    said = {code: _opinion(event, line.customer, code, is_slow=is_slow) for code in DIMENSIONS}
    dice = stream(event.seed, "whole", line.customer)
    weighed = 3 * said["speed"] + 3 * said["attitude"] + 2 * said["process"]
    overall = max(1, min(5, round(weighed / 8 + dice.uniform(-0.6, 0.6))))
    nps = dice.randint(*_RECOMMENDS[overall])
    ces = max(1, min(7, round(1.4 * said["process"] + dice.uniform(-0.8, 0.8))))
    values = {
        **said,
        "overall": overall,
        "nps": nps,
        "ces": ces,
        **{f"bank_b.{code}": _drawn(event, line.customer, code, ELSEWHERE) for code in ("speed", "fees")},
    }
    slow_word = said["speed"] <= 2
    record(
        uow,
        AnswersIn(
            survey=wave.code,
            customer=line.invitation,
            values={key: str(value) for key, value in values.items()},
            channel=dice.choice(("wechat", "branch", "phone")),
            comment=dice.choice(_COMMENTS[slow_word]) if happens(dice, 0.25) else None,
        ),
    )


def _opinion(event: Surveyed, customer: str, code: str, *, is_slow: bool) -> int:
    """Return what a customer says of a dimension: the same in both waves, but for a change of mind."""
    if is_slow and code == "speed":
        return _drawn(event, customer, f"slow {code}", SLOW)
    dice = stream(event.seed, "mind", event.wave, customer, code)
    if event.wave > 1 and happens(dice, CHANGES_MIND):
        return _drawn(event, customer, f"changed {code}", USUAL)
    return _drawn(event, customer, code, USUAL)


def _drawn(event: Surveyed, customer: str, code: str, chances: tuple[float, ...]) -> int:
    dice = stream(event.seed, "opinion", customer, code)
    return dice.choices(range(1, len(chances) + 1), chances)[0]
