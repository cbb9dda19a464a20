"""A sequence that lies on disk once it is long: read as often as one likes, in the order it was written."""

from __future__ import annotations

import pytest

from loancrm.spool import IN_MEMORY, Spool


def filled(count: int, text: str = "") -> Spool[str]:
    spool: Spool[str] = Spool(lambda values: f"{values['n']}{values['text']}")
    for n in range(count):
        spool.add({"n": n, "text": text})
    return spool


def test_members_are_read_in_order_as_often_as_one_likes_also_by_two_at_once() -> None:
    spool = filled(3, "\n\u2028\ud800")
    assert list(spool) == [f"{n}\n\u2028\ud800" for n in range(3)]
    assert list(zip(spool, spool, strict=True)) == [(member, member) for member in spool]
    assert (len(spool), spool[1], spool[-1], spool[1:]) == (
        3,
        list(spool)[1],
        list(spool)[2],
        tuple(spool)[1:],
    )


def test_what_is_long_goes_to_disk_and_reads_the_same() -> None:
    text = "x" * 1000
    many = IN_MEMORY // 1000 + 100
    spool = filled(many, text)
    half = iter(spool)
    first = next(half)
    spool.add({"n": many, "text": text})  # while it is read
    assert [first, *half] == [f"{n}{text}" for n in range(many + 1)]


def test_an_empty_one_is_empty_and_a_place_beyond_the_end_is_none() -> None:
    spool = filled(0)
    assert spool == ()
    assert not spool
    for place in (0, -1):
        with pytest.raises(IndexError):
            spool[place]


def test_it_is_equal_to_any_sequence_with_the_same_members_and_can_be_seen_otherwise() -> None:
    spool = filled(2)
    assert spool == ["0", "1"]
    assert spool != ("0",)
    assert spool != ("0", "2")
    lengths = filled(11).seen_as(len)
    assert list(lengths) == [1] * 10 + [2]
    assert len(lengths) == 11
