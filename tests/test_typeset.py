"""Where lines break: between parts, in Chinese as in English."""

from __future__ import annotations

import pytest

from loancrm.typeset import display_width, joined

NEWS = (
    "自 2026-11-26 以来：新增逾期 2 笔 34,296.27",
    "结清 1 笔",
    "放款 1 笔 1,000,000.00",
    "今日应还 0 笔 0.00",
)


def test_parts_are_kept_whole_in_chinese_too() -> None:
    assert list(joined(NEWS, 80)) == [
        "自 2026-11-26 以来：新增逾期 2 笔 34,296.27 · 结清 1 笔 ·",
        "放款 1 笔 1,000,000.00 · 今日应还 0 笔 0.00",
    ]


@pytest.mark.parametrize("width", [24, 40, 60, 100, 200])
def test_no_line_is_wider_than_it_may_be_and_nothing_is_lost(width: int) -> None:
    lines = list(joined(NEWS, width))
    assert max(map(display_width, lines)) <= width
    assert "".join(lines).replace(" ", "") == " · ".join(NEWS).replace(" ", "")


def test_one_part_has_no_dot() -> None:
    assert list(joined(["Sun 2026-11-29"], 80)) == ["Sun 2026-11-29"]
