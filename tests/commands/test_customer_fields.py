"""Every field of a customer's file: typed, shown again, as it was on an earlier day, and taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.services.customer_fields import FIELDS, kinds_of, option
from tests.conftest import Run

EVERYBODY = {  # field -> what is typed; the same is shown where no other value follows
    "name": "华达机械有限公司", "bank_number": "B-77", "phone": ("13800138000", "138****8000"),
    "email": ("wang@example.com", "w***@example.com"), "region": "北京", "branch": "海淀支行",
    "service_tier": "key", "pipeline_stage": "review", "source": "老客户介绍",
    "policy_tags": ("green,inclusive", "inclusive,green"), "preferred_channel": "wechat",
}  # fmt: skip
COMPANY = EVERYBODY | {
    "uscc": "91110000600037341L", "industry": "C3411", "size_class": "small", "employees": ("120", 120),
    "founded_on": "2016-03-01", "legal_representative": "张三", "actual_controller": "李四",
    "registration_number": "110000012345", "development_stage": "growth",
}  # fmt: skip
STUDENT = EVERYBODY | {
    "name": "王小明", "resident_id": ("11010519491231002X", "110*************2X"), "school": "复旦大学",
    "study_level": "master", "major": "统计学", "enrolled_on": "2024-09-01", "graduates_on": "2027-06-30",
    "career_direction": "银行科技", "is_hardship": ("yes", True), "family_income": "low",
    "graduated_on": "2026-06-30", "employment": "further_study",
}  # fmt: skip
KINDS = {"enterprise": COMPANY, "student": STUDENT}


def typed(value: Any) -> str:
    return str(value[0] if isinstance(value, tuple) else value)


def shown(value: Any) -> Any:
    return value[1] if isinstance(value, tuple) else value


def test_no_field_is_left_out_here() -> None:
    for kind, fields in KINDS.items():
        assert set(fields) == {name for name in FIELDS if kind in kinds_of(name)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_shown_as_it_was_typed(cli: Run, tmp_path: Path, kind: str) -> None:
    store, fields = tmp_path / "b.db", KINDS[kind]
    assert cli("--store", store, "init").code == 0
    words = [word for name, value in fields.items() for word in (option(name), typed(value))]
    answer = cli("--store", store, "customer", "add", "--kind", kind, "--since", "2026-01-05", *words)
    assert answer.code == 0, answer.err
    page = cli("--store", store, "customer", "show", "C-00001", "--format", "json").json
    assert {name: page[name] for name in fields} == {name: shown(value) for name, value in fields.items()}
    gone = [name for name in fields if name != "name"]
    taken = [word for name in gone for word in ("--clear", name)]
    answer = cli("--store", store, "customer", "edit", "C-00001", "--on", "2026-11-20", *taken)
    assert answer.code == 0, answer.err
    page = cli("--store", store, "customer", "show", "C-00001", "--format", "json").json
    assert {name: page[name] for name in gone} == dict.fromkeys(gone)
    before = ("customer", "show", "C-00001", "--as-of", "2026-11-19", "--format", "json")
    page = cli("--store", store, *before).json
    assert {name: page[name] for name in fields} == {name: shown(value) for name, value in fields.items()}
