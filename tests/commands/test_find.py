"""A customer is found by what an officer types: Chinese, pinyin, initials, numbers, all of it literal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Run, call

NAMES = (
    ("enterprise", "华达机械有限公司"),  # C-00001
    ("enterprise", "华为技术有限公司"),
    ("student", "王小明"),
    ("student", "单雄信"),
    ("sole_proprietor", "曾記麵館"),  # C-00005
    ("enterprise", "Acme_50% Ltd"),
    ("enterprise", 'A"B\\C (NEAR) GmbH'),
    ("enterprise", "重庆银行"),
)


@pytest.fixture(scope="module")
def named_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of these names. Only to be looked at."""
    path = tmp_path_factory.mktemp("named") / "named.db"
    call("--store", path, "init", home=path.parent)
    for kind, name in NAMES:
        done = call("--store", path, "customer", "add", "--kind", kind, "--name", name, home=path.parent)
        assert done.code == 0, done
    return path


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("hdjx", [1]),
        ("HDJX", [1]),
        ("hwkj", []),
        ("huawei", [2]),
        ("Hua Wei", [2]),
        ("hua", [1, 2]),
        ("wxm", [3]),
        ("wangxm", [3]),
        ("wangxiaoming", [3]),
        ("xiaoming", [3]),
        ("shanxx", [4]),
        ("danxiongxin", []),
        ("zengji", [5]),
        ("chongqing", [8]),
        ("zhongqing", []),
        ("机械", [1]),
        ("小明", [3]),
        ("麵館", [5]),
        ("acme", [6]),
        ("ACME_50", [6]),
        ("%", [6]),
        ("_", [6]),
        ("50%", [6]),
        ('"', [7]),
        ("\\", [7]),
        ("(NEAR", [7]),
        ("NEAR(", []),
        ("c-1", [1]),
        ("*", []),
    ],
)
def test_find_by_any_part(cli: Run, named_book: Path, typed: str, codes: list[int]) -> None:
    found = cli("--store", named_book, "customer", "find", "--format", "json", "--", typed)
    assert (found.code, [row["code"] for row in found.json]) == (0, [f"C-{code:05d}" for code in codes])


def test_what_is_found_by_pinyin_is_masked_as_in_any_list(cli: Run, named_book: Path) -> None:
    listed = cli("--store", named_book, "customer", "list", "--format", "json").json
    found = cli("--store", named_book, "customer", "find", "wxm", "--format", "json").json
    assert found == [row for row in listed if row["code"] == "C-00003"]


@pytest.mark.parametrize(("typed", "code"), [("hdjx", "C-00001"), ("WangXM", "C-00003"), ("重庆", "C-00008")])
def test_a_command_takes_an_unambiguous_part_in_pinyin(
    cli: Run, named_book: Path, typed: str, code: str
) -> None:
    assert cli("--store", named_book, "customer", "show", typed, "--format", "json").json["code"] == code


def test_pinyin_that_fits_several_is_no_customer(cli: Run, named_book: Path) -> None:
    answer = cli("--store", named_book, "customer", "show", "hua", "--format", "json")
    assert (answer.code, answer.error["code"]) == (5, "ambiguous")


@pytest.mark.sqlite_only("it copies the file")
def test_a_new_name_is_found_by_its_own_pinyin(cli: Run, named_book: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(named_book, tmp_path / "copy.db"))
    assert cli("--store", store, "customer", "edit", "C-00001", "--name", "新远贸易有限公司").code == 0
    found = cli("--store", store, "customer", "find", "xymy", "--format", "json").json
    assert [row["code"] for row in found] == ["C-00001"]
    assert cli("--store", store, "customer", "find", "hdjx", "--format", "json").json == []
    assert cli("--store", store, "store", "check").code == 0
