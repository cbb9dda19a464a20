"""Files that come in, each with its profile: what a list of each kind says of people."""

from __future__ import annotations

from tests.exchange.test_kinds import FIRST

FILES = {
    **FIRST,
    "people": (
        "人员,角色,手机,证件\n陈刚,finance,13800138000,11010519491231002X\n",
        (
            "kind: people\ncolumns: {customer.uscc: {constant: 91110000600037341L}, person.name: 人员,"
            " person.role: 角色, person.phone: 手机, person.resident_id: 证件}"
        ),
    ),
}
