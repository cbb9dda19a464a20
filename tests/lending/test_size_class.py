"""Size classes by the statistical standard of 2017: cases worked out by hand at the edges of its table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.size_class import size_class

WAN = 1_000_000  # 万元 in 分
ORDER = ("micro", "small", "medium", "large")

# industry, employees, revenue in 万元, assets in 万元, class
CASES = (
    ("A01", None, 20000, None, "large"),
    ("A01", None, 19999.99, None, "medium"),
    ("A01", None, 500, None, "medium"),
    ("A01", None, 499, None, "small"),
    ("A01", None, 49, None, "micro"),
    ("C34", 1000, 40000, None, "large"),
    ("C34", 999, 40000, None, "medium"),
    ("C34", 1000, 39999, None, "medium"),
    ("C3411", 300, 2000, None, "medium"),
    ("C34", 299, 50000, None, "small"),
    ("C34", 20, 300, None, "small"),
    ("C34", 19, 300, None, "micro"),  # micro needs only one
    ("C34", 5000, 299, None, "micro"),
    ("D44", 300, 2000, None, "medium"),
    ("E47", None, 80000, 80000, "large"),
    ("E47", None, 80000, 79999, "medium"),
    ("E47", None, 6000, 5000, "medium"),
    ("E47", None, 300, 299, "micro"),
    ("F51", 200, 40000, None, "large"),
    ("F51", 20, 5000, None, "medium"),
    ("F51", 5, 1000, None, "small"),
    ("F51", 5, 999, None, "micro"),
    ("F52", 300, 20000, None, "large"),
    ("F52", 49, 20000, None, "small"),
    ("F5211", 10, 100, None, "small"),
    ("G54", 1000, 30000, None, "large"),
    ("G54", 300, 3000, None, "medium"),
    ("G54", 20, 200, None, "small"),
    ("G59", 200, 30000, None, "large"),
    ("G59", 100, 1000, None, "medium"),
    ("G59", 20, 100, None, "small"),
    ("G60", 300, 2000, None, "medium"),
    ("G60", 20, 100, None, "small"),
    ("H61", 300, 10000, None, "large"),
    ("H62", 100, 2000, None, "medium"),
    ("H62", 10, 100, None, "small"),
    ("I63", 2000, 100000, None, "large"),
    ("I64", 100, 1000, None, "medium"),
    ("I64", 10, 100, None, "small"),
    ("I65", 300, 10000, None, "large"),
    ("I65", 100, 1000, None, "medium"),
    ("I65", 10, 50, None, "small"),
    ("K701", None, 200000, 10000, "large"),
    ("K7010", None, 1000, 5000, "medium"),
    ("K7010", None, 100, 2000, "small"),
    ("K7010", None, 200000, 1999, "micro"),
    ("K7020", 1000, 5000, None, "large"),
    ("K7020", 300, 1000, None, "medium"),
    ("K7020", 100, 500, None, "small"),
    ("K7030", 300, None, None, "large"),  # agents are "other"
    ("L72", 300, None, 120000, "large"),
    ("L72", 100, None, 8000, "medium"),
    ("L72", 10, None, 100, "small"),
    ("L72", 300, None, 99, "micro"),
    ("M73", 300, None, None, "large"),
    ("N77", 100, None, None, "medium"),
    ("O80", 10, None, None, "small"),
    ("R88", 9, None, None, "micro"),
    ("Q85", 300, None, None, "large"),
    # no class, or not known
    ("C34", None, 40000, None, None),
    ("C34", 1000, None, None, None),
    ("C34", 5, None, None, "micro"),  # whatever the revenue is
    ("G53", 5000, 900000, None, None),  # railways
    ("J66", 5000, 900000, 900000, None),
    ("Q84", 5000, 900000, 900000, None),
    ("F", 5000, 900000, None, None),  # wholesale or retail?
    ("K70", 5000, 900000, 900000, None),
    ("机械", 5000, 900000, None, None),
    ("", 5000, 900000, None, None),
)


@pytest.mark.parametrize(("industry", "employees", "revenue", "assets", "expected"), CASES)
def test_the_class_at_the_edges_of_the_table(
    industry: str, employees: int | None, revenue: float | None, assets: int | None, expected: str | None
) -> None:
    found = size_class(
        industry,
        employees=employees,
        revenue=None if revenue is None else round(revenue * WAN),
        assets=None if assets is None else assets * WAN,
    )
    assert (None if found is None else found.size_class) == expected


def test_the_figures_that_decided_are_named() -> None:
    def deciding(employees: int, revenue: int) -> tuple[str, ...]:
        found = size_class("C34", employees=employees, revenue=revenue * WAN, assets=None)
        assert found is not None
        return found.figures

    assert deciding(1000, 40000) == ("employees", "revenue")
    assert deciding(999, 40000) == ("employees",)
    assert deciding(1000, 300) == ("revenue",)


@given(
    st.sampled_from(
        ("A01", "C34", "E47", "F51", "F52", "G54", "G59", "I63", "I65", "K701", "K702", "L72", "M73")
    ),
    *[st.integers(0, 3000)] * 2,
    *[st.integers(0, 250_000 * WAN)] * 4,
)
def test_who_has_more_of_everything_is_never_of_a_lower_class(
    industry: str, e: int, more_e: int, r: int, more_r: int, a: int, more_a: int
) -> None:
    low = size_class(industry, employees=e, revenue=r, assets=a)
    high = size_class(industry, employees=e + more_e, revenue=r + more_r, assets=a + more_a)
    assert low is not None
    assert high is not None
    assert ORDER.index(low.size_class) <= ORDER.index(high.size_class)
