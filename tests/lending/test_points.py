"""Points that expire: against lots that are used up one by one, the oldest first."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.points import Entry, Standing, standing

START = date(2026, 1, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def test_what_is_spent_is_taken_from_what_expires_first() -> None:
    entries = [Entry(day(0), 100, day(30)), Entry(day(10), 50, day(40)), Entry(day(20), -60)]
    assert standing(entries, day(29)) == Standing(150, 60, 0)
    assert standing(entries, day(30)) == Standing(150, 60, 40)  # 40 of the first hundred are left, and lost
    assert standing(entries, day(40)) == Standing(150, 60, 90)
    assert standing(entries, day(29), lost_by=day(40)).expired == 90


def test_points_without_an_end_are_never_lost() -> None:
    assert standing([Entry(day(0), 100)], day(9_000)).balance == 100


def by_lots(entries: list[Entry], as_of: date) -> int:
    """Return the balance by lots: what ends goes, what came comes, then what was spent is taken."""
    lots: list[list[object]] = []
    for n in range((as_of - START).days + 1):
        today = day(n)
        lots = [lot for lot in lots if lot[0] > today]  # type: ignore[operator]
        lots += [[one.expires_on, one.points] for one in entries if one.on == today and one.points > 0]
        for one in entries:
            if one.on == today and one.points < 0:
                left = -one.points
                for lot in sorted(lots, key=lambda lot: lot[0]):  # type: ignore[arg-type, return-value]
                    taken = min(left, lot[1])  # type: ignore[call-overload]
                    lot[1] -= taken
                    left -= taken
                assert left == 0
    return sum(lot[1] for lot in lots)  # type: ignore[misc]


MOVES = st.lists(st.tuples(st.integers(0, 60), st.integers(-80, 80).filter(bool)), max_size=25)


@given(MOVES, st.integers(5, 40))
def test_the_balance_is_that_of_lots_and_never_below_zero(moves: list[tuple[int, int]], lasts: int) -> None:
    entries: list[Entry] = []
    for on, points in sorted(moves, key=lambda move: (move[0], -move[1])):
        if points > 0:
            entries.append(Entry(day(on), points, day(on + lasts)))
        elif standing(entries, day(on)).balance >= -points:
            entries.append(Entry(day(on), points))
    for on in range(0, 110, 7):
        assert standing(entries, day(on)).balance == by_lots(entries, day(on)) >= 0
