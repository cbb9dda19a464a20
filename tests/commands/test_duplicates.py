"""Pairs of customers that may be one: by what they share, never persons by their names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Run
from tests.support import changed

from .shapes import misfits
from .shapes_care import ELSEWHERE

ENTERPRISE = ("customer", "add", "--kind", "enterprise", "--name")
STUDENT = ("customer", "add", "--kind", "student", "--name")


def add(cli: Run, book: Path, *words: str) -> str:
    answer = cli("--store", book, *words, "--format", "json")
    assert answer.code == 0, answer.err
    code: str = answer.json["code"]
    return code


def pairs(cli: Run, book: Path, *words: str) -> list[tuple[str, str, int, dict[str, int]]]:
    answer = cli("--store", book, "customer", "duplicates", *words, "--format", "json")
    assert answer.code == 0, answer.err
    assert misfits(answer.json, ELSEWHERE["customer duplicates"]) == []
    return [
        (row["customer"], row["other"], row["score"], {sign["sign"]: sign["points"] for sign in row["signs"]})
        for row in answer.json
    ]


def test_a_company_is_found_again_without_region_and_legal_form(cli: Run, book: Path) -> None:
    add(cli, book, *ENTERPRISE, "北京市华达机械有限公司", "--region", "北京")
    add(cli, book, *ENTERPRISE, "华达机械（北京）股份有限公司", "--region", "北京")
    add(cli, book, *ENTERPRISE, "宏远贸易有限公司")
    assert pairs(cli, book) == [("C-00001", "C-00002", 60, {"company_name": 60})]


def test_what_speaks_against_a_pair_is_taken_off(cli: Run, book: Path) -> None:
    add(cli, book, *ENTERPRISE, "华达机械有限公司", "--region", "北京", "--phone", "13800138000")
    add(cli, book, *ENTERPRISE, "上海华达机械有限公司", "--region", "上海", "--phone", "13800138000")
    (pair,) = pairs(cli, book)
    assert pair[2:] == (95, {"phone": 50, "company_name": 60, "other_region": -15})
    add_numbers = (("C-00001", "91110000600037341L"), ("C-00002", "91310000MA1FL0BC4X"))
    for code, uscc in add_numbers:
        assert cli("--store", book, "customer", "edit", code, "--uscc", uscc).code == 0
    assert pairs(cli, book) == []  # 50 + 60 - 15 - 60 is 35, below 40


def test_the_score_ends_at_a_hundred(cli: Run, book: Path) -> None:
    same = ("--phone", "13800138000", "--email", "a@example.com", "--region", "北京")
    add(cli, book, *ENTERPRISE, "华达机械有限公司", *same)
    add(cli, book, *ENTERPRISE, "华达机械集团", *same)
    assert [pair[2] for pair in pairs(cli, book)] == [100]


def test_names_that_sound_alike_or_differ_by_a_letter_are_seen(cli: Run, book: Path) -> None:
    representative = ("--legal-representative", "陈刚", "--region", "北京")
    add(cli, book, *ENTERPRISE, "华达机械设备有限公司", *representative)
    add(cli, book, *ENTERPRISE, "华达机戒设备有限公司", *representative)
    add(cli, book, *ENTERPRISE, "花达机械设备有限公司")
    found = {pair[:2]: pair[3] for pair in pairs(cli, book)}
    assert found[("C-00001", "C-00003")] == {"pinyin": 40}
    assert found[("C-00001", "C-00002")] == {"similar_name": 25, "legal_representative": 20}


def test_a_similar_name_needs_another_sign(cli: Run, book: Path) -> None:
    add(cli, book, *ENTERPRISE, "华达机械设备有限公司")
    add(cli, book, *ENTERPRISE, "华达机电设备有限公司")
    assert pairs(cli, book) == []
    for code in ("C-00001", "C-00002"):
        assert cli("--store", book, "customer", "edit", code, "--email", "a@example.com").code == 0
    assert pairs(cli, book) == [("C-00001", "C-00002", 75, {"email": 50, "similar_name": 25})]


def test_two_persons_of_one_name_are_two_borrowers(cli: Run, book: Path) -> None:
    for _ in range(2):
        add(cli, book, *STUDENT, "王伟")
    for _ in range(2):
        add(cli, book, "customer", "add", "--kind", "sole_proprietor", "--name", "李强")
    assert pairs(cli, book) == []
    for code in ("C-00001", "C-00002"):
        assert cli("--store", book, "customer", "edit", code, "--phone", "13900139000").code == 0
    assert pairs(cli, book) == [("C-00001", "C-00002", 90, {"phone": 50, "person_name": 40})]


def test_one_name_at_one_school_with_one_graduation_is_shown(cli: Run, book: Path) -> None:
    for day in ("2028-06-30", "2028-06-30", "2027-06-30"):
        add(cli, book, *STUDENT, "王伟", "--school", "复旦大学", "--graduates-on", day)
    assert pairs(cli, book) == [("C-00001", "C-00002", 45, {"name_and_school": 45})]


def test_a_person_at_one_who_has_the_phone_of_the_other_is_a_sign(cli: Run, book: Path) -> None:
    add(cli, book, *ENTERPRISE, "华达机械有限公司", "--phone", "13800138000")
    add(cli, book, *ENTERPRISE, "华达机电有限公司")
    person = ("person", "add", "C-00002", "--name", "陈刚", "--role", "contact", "--phone", "13800138000")
    assert cli("--store", book, *person).code == 0
    assert pairs(cli, book) == [("C-00001", "C-00002", 50, {"person_phone": 25, "similar_name": 25})]
    assert cli("--store", book, "person", "void", "PE-00001").code == 0
    assert pairs(cli, book) == []


def test_kinds_are_not_mixed_and_one_customer_can_be_asked_for(cli: Run, book: Path) -> None:
    for name in ("甲", "乙"):
        add(cli, book, *STUDENT, name, "--phone", "13900139000")
    add(cli, book, *ENTERPRISE, "华达机械有限公司", "--phone", "13900139000")
    add(cli, book, *ENTERPRISE, "宏远贸易有限公司", "--phone", "13900139000")
    assert [pair[:2] for pair in pairs(cli, book)] == [("C-00001", "C-00002"), ("C-00003", "C-00004")]
    assert [pair[:2] for pair in pairs(cli, book, "C-00004")] == [("C-00003", "C-00004")]
    assert [pair[:2] for pair in pairs(cli, book, "--limit", "1")] == [("C-00001", "C-00002")]


def test_what_many_share_says_nothing(cli: Run, book: Path, tmp_path: Path) -> None:
    for n in range(4):
        add(cli, book, *STUDENT, f"王{n}", "--phone", "13900139000")
    assert len(pairs(cli, book)) == 6
    assert pairs(cli, book, "--policy", policy(tmp_path, ("largest_block: 20", "largest_block: 3"))) == []


def test_the_points_are_the_policys(cli: Run, book: Path, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        add(cli, book, *STUDENT, name, "--phone", "13900139000")
    low = policy(tmp_path, ("    phone: 50", "    phone: 39"))
    assert pairs(cli, book, "--policy", low) == []
    lower = policy(tmp_path, ("    phone: 50", "    phone: 39"), ("show_from: 40", "show_from: 39"))
    assert [pair[2] for pair in pairs(cli, book, "--policy", lower)] == [39]


def test_a_policy_of_before_has_the_examples_points(cli: Run, book: Path, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        add(cli, book, *STUDENT, name, "--phone", "13900139000")
    text = EXAMPLE.read_text(encoding="utf-8").partition("\n# Pairs of customers")[0] + "\n"
    assert "duplicates:" not in text
    (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
    assert cli("--store", book, "policy", "adopt", "old.yaml").code == 0
    assert [pair[2] for pair in pairs(cli, book)] == [50]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("show_from: 40", "show_from: 101", "duplicates.show_from"),
        ("    pinyin: 40", "    pinyn: 40", "pinyn"),
        ("largest_block: 20", "largest_block: 1", "duplicates.largest_block"),
    ],
)
def test_a_section_that_says_nonsense_is_refused_with_its_place(
    cli: Run, tmp_path: Path, old: str, new: str, place: str
) -> None:
    path = policy(tmp_path, (old, new))
    answer = cli("policy", "check", path)
    assert answer.code == 4
    assert place in answer.err


def test_a_pair_as_people_see_it(cli: Run, book: Path) -> None:
    add(cli, book, *ENTERPRISE, "北京市华达机械有限公司", "--phone", "13800138000")
    add(cli, book, *ENTERPRISE, "华达机械有限公司", "--phone", "13800138000")
    shown = cli("--store", book, "customer", "duplicates", "--format", "table", "--lang", "zh_CN").text
    assert "相同电话 +50" in shown
    assert "loancrm customer merge C-00001 C-00002" in shown
    assert "13800138000" not in shown


def policy(tmp_path: Path, *replacements: tuple[str, str]) -> str:
    path = tmp_path / "try.yaml"
    path.write_text(changed(EXAMPLE.read_text(encoding="utf-8"), *replacements), encoding="utf-8")
    return str(path)
