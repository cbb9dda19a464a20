from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

from loancrm import i18n
from loancrm.render.columns import Column
from loancrm.render.output import Options, write

from .helpers import EMPTY, HUADA, one, shown, with_totals


class Page(HTMLParser):
    """Collects tags with attributes, and text."""

    def __init__(self, written: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(written.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def test_a_page_has_title_lines_table_and_currency() -> None:
    page = Page(
        shown(
            [HUADA],
            "html",
            columns=("code", "name", "outstanding_principal"),
            title="组合",
            header=["data of 29 Nov"],
            footer=["end"],
            currency="CNY",
        )
    )
    assert [text for text in page.texts if "{" not in text] == [
        "组合",
        "组合",
        "data of 29 Nov",
        "code",
        "name",
        "outstanding principal",
        "C-00042",
        "华达机械有限公司",
        "1,250,000.00",
        "amounts in CNY",
        "end",
    ]


def test_a_page_says_its_language() -> None:
    assert ("html", {"lang": "en"}) in Page(shown([HUADA], "html")).tags
    i18n.set_language("zh_CN")
    assert ("html", {"lang": "zh-CN"}) in Page(shown([HUADA], "html", columns=("code",))).tags


def test_a_bar_is_drawn_inside_the_page() -> None:
    tags = Page(shown([HUADA, EMPTY], "html", columns=("bar",))).tags
    assert [attrs for tag, attrs in tags if tag == "rect"] == [{"width": "500000", "height": "10"}]
    assert [attrs["aria-label"] for tag, attrs in tags if tag == "svg"] == ["50.0 %"]


def test_hostile_text_stays_text() -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}'
    row = replace(EMPTY, name=hostile)
    page = Page(shown([row], "html", columns=("name",), title=hostile, header=[hostile], footer=[hostile]))
    assert page.texts.count(hostile) == 4  # the line above the rows, being the title, is not said again
    assert "script" not in {tag for tag, _attrs in page.tags}


def test_a_page_needs_nothing_from_outside() -> None:
    page = Page(shown([HUADA], "html") + one(HUADA, "html"))
    assert not {tag for tag, _attrs in page.tags} & {"script", "link", "img", "iframe", "object"}
    assert not [attrs for _tag, attrs in page.tags if {"src", "href", "onload", "onclick"} & set(attrs)]


def test_one_thing_is_pairs_without_what_is_empty() -> None:
    page = Page(one(replace(EMPTY, name="华达"), "html"))
    assert page.texts[-5:] == ["code", "C-00043", "name", "华达", "amounts in CNY"]


def test_totals_stand_under_the_rows() -> None:
    assert Page(with_totals([HUADA], "html", columns=("code",))).texts[-5:] == [
        "loans",
        "2",
        "paid",
        "0.05",
        "amounts in CNY",
    ]


def test_the_same_rows_give_the_same_page() -> None:
    assert shown([HUADA], "html") == shown([HUADA], "html")


def _phones(*, unmask: bool) -> list[dict[str, str | None]]:
    page = Page(shown([HUADA], "html", columns=("code", "phone"), unmask=unmask))
    return [attrs for tag, attrs in page.tags if tag == "a"]


def test_a_number_can_be_called_from_the_page_only_where_it_is_shown() -> None:
    assert _phones(unmask=True) == [{"href": "tel:13812348000"}]
    assert _phones(unmask=False) == []


def test_a_page_holds_the_next_command_and_says_why_below() -> None:
    columns = (
        Column("code", "code"),
        Column("name", "why", below=True),
        Column("segment", "kind", table=False),
        Column("command", "command", table=False),
    )
    rows = [{"code": "C-1", "name": "because", "segment": "x", "command": "loancrm today"}]
    out = BytesIO()
    write(rows, columns, out, Options("html"))
    page = Page(out.getvalue())
    cells = [(attrs["data-label"], attrs["class"]) for tag, attrs in page.tags if tag == "td"]
    assert cells == [("code", "text left"), ("why", "text left below"), ("command", "text left command")]
    assert "viewport" in [attrs.get("name") for tag, attrs in page.tags if tag == "meta"]
    out = BytesIO()
    write(rows, columns, out, Options("table"))
    assert b"loancrm today" not in out.getvalue()
