"""Names, identifiers, phones and addresses: what is taken, what is refused, what is shown."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm import identity
from loancrm.errors import InvalidInput

IDENTIFIERS = Path(__file__).parents[2] / "shared" / "data" / "identifiers"
TODAY = date(2026, 11, 21)


def shared(name: str) -> Any:
    path = IDENTIFIERS / name
    if not path.exists():
        pytest.skip("the shared identifiers are not here")
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_name_is_stored_composed_stripped_and_with_single_spaces() -> None:
    assert identity.clean_name("  Jose\u0301   García\u3000Ltd ") == "José García Ltd"
    assert identity.clean_name("王伟") == "王伟"


@pytest.mark.parametrize("name", ["[/]", "[bold]", ":smile:", "'; DROP TABLE", "=1+1", "%", "𠮷野家"])
def test_an_odd_name_is_kept_literally(name: str) -> None:
    assert identity.clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "   ", "\u3000", "a\nb", "a\tb", "a\n", "a\x00", "a\x1b[31m", "a\x07", "a\x85b", "a\u202eb",
     "a\u200bb", "a\u2066b", "a\ufeff", "a\u2028b", "a\u2029b", "a\ue000", "a\udc80", "x" * 201],
)  # fmt: skip
def test_an_empty_long_or_hidden_name_is_refused_without_being_repeated(name: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        identity.clean_text(name, "contact_name")
    assert fault.value.field == "contact_name"
    assert fault.value.message in {
        "contact_name: must not be empty",
        "contact_name: is too long; at most 200 characters",
        "contact_name: must not contain control or invisible characters",
    }


def test_a_name_may_have_exactly_the_limit() -> None:
    assert identity.clean_name("王" * 200) == "王" * 200


def test_a_note_keeps_lines_tabs_and_spaces() -> None:
    assert identity.clean_note("一\r\n二\r\t三\u3000") == "一\n二\n\t三\u3000"
    for text in ("a\x1bb", "a\u202eb", "王" * 21846):  # 65,538 bytes
        with pytest.raises(InvalidInput):
            identity.clean_note(text)
    assert len(identity.clean_note("王" * 21845)) == 21845


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青岛（中国）有限公司", "青岛(中国) 有限公司"),
        ("海尔【集团】", "海尔〔集团〕"),
        ("ＡＢＣ", "abc"),
        ("Straße", "STRASSE"),
        ("阿布都·热合曼", "阿布都•热合曼"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_the_same_name_typed_differently_has_one_key(one: str, other: str) -> None:
    assert identity.name_key(one) == identity.name_key(other)


def test_different_names_keep_different_keys() -> None:
    assert identity.name_key("王伟") == "王伟"
    assert identity.name_key("青岛(中国)有限公司") == "青岛(中国)有限公司"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("源辉有限公司", "源辉"),
        ("源辉有限责任公司", "源辉"),
        ("源辉集团股份有限公司", "源辉"),
        ("钰心（集团）有限公司", "钰心"),
        ("Acme Trading Co., Ltd.", "acmetrading"),
        ("Acme Trading Co.,Ltd", "acmetrading"),
        ("Acme Trading Inc", "acmetrading"),
        ("Acme Trading L.L.C.", "acmetrading"),
        ("Müller GmbH & Co. KG", "müller"),
        ("Coca Cola", "cocacola"),
        ("Zinc", "zinc"),
        ("有限公司", "有限公司"),
        ("Ltd", "ltd"),
        ("北京市华达机械有限公司", "华达机械"),
        ("北京华达机械股份公司", "华达机械"),
        ("华达机械（北京）有限公司", "华达机械"),
        ("江苏省苏州市华达机械厂", "华达机械厂"),
        ("北京市朝阳区华达机械有限公司", "华达机械"),
        ("新疆维吾尔自治区棉麻公司", "棉麻"),
        ("源辉投资合伙企业（有限合伙）", "源辉投资"),
        ("安康医药有限公司", "安康医药"),
        ("上海有限公司", "上海"),
    ],
)
def test_a_company_key_drops_region_and_legal_form(name: str, key: str) -> None:
    assert identity.company_key(name) == key


def test_published_social_credit_codes_are_judged_as_published() -> None:
    data = shared("uscc.json")
    for number in data["valid"]:
        assert identity.check_uscc(number, "uscc") == number
        assert identity.check_uscc(number.lower(), "uscc") == number
    for case in data["doctest_cases"]:
        if case["valid"]:
            assert identity.check_uscc(case["input"], "uscc") == case["input"].replace(" ", "")
        else:
            with pytest.raises(InvalidInput):
                identity.check_uscc(case["input"], "uscc")


@pytest.mark.parametrize(
    "text", ["", "91110000600037341N", "٩1110000600037341L", "9111000060003734", "x" * 9999]
)
def test_any_other_social_credit_code_is_refused_unrepeated(text: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        identity.check_uscc(text, "uscc")
    assert fault.value.message == (
        "uscc: is not a unified social credit code (18 characters, the last one a check)"
    )


@pytest.mark.parametrize("text", ["3.10101E+17", "9.1110000600037E+17", "3.10101e17", "3E+17"])
def test_a_number_damaged_by_a_spreadsheet_says_to_export_as_text(text: str) -> None:
    checks = (
        lambda: identity.check_uscc(text, "number"),
        lambda: identity.check_resident_id(text, "number", TODAY),
        lambda: identity.check_phone(text, "number", "CN"),
    )
    for check in checks:
        with pytest.raises(InvalidInput, match="export that column as text") as fault:
            check()
        assert text not in fault.value.message


def test_a_code_with_an_e_among_its_digits_is_not_taken_for_a_damaged_number() -> None:
    # Weighted sum 1,145 (GB 32100, E counts 14); 31 - 1,145 mod 31 = 2, the check character.
    assert identity.check_uscc("913101120E12345672", "uscc") == "913101120E12345672"


def test_published_resident_numbers_are_judged_as_published() -> None:
    for case in shared("resident_id.json")["doctest_cases"]:
        if case["fn"] != "validate":
            continue
        if case["error"] is None:
            assert repr(identity.check_resident_id(case["input"], "id", TODAY)) == case["expected"]
        else:
            with pytest.raises(InvalidInput):
                identity.check_resident_id(case["input"], "id", TODAY)


def test_a_resident_number_gets_a_capital_x_and_loses_spaces() -> None:
    assert identity.check_resident_id("440113 20141005 001x", "id", TODAY) == "44011320141005001X"
    assert (
        identity.check_resident_id("４４０１１３２０１４１００５００１ｘ", "id", TODAY)
        == "44011320141005001X"
    )


def test_the_old_fifteen_digits_are_converted() -> None:
    # 360426 1991-01-01 007 and check digit 1, without the century and the check digit
    assert identity.check_resident_id("360426910101007", "id", TODAY) == "360426199101010071"


def test_a_county_that_is_younger_than_its_citizen_is_accepted() -> None:
    # 110111 exists since 1986; who was born in 1980 and got a first card later carries it
    assert identity.check_resident_id("110111198012010078", "id", TODAY) == "110111198012010078"


def test_a_birth_date_in_the_future_is_refused() -> None:
    assert identity.check_resident_id("44011320141005001X", "id", date(2014, 10, 5))
    with pytest.raises(InvalidInput, match="id: holds a birth date in the future"):
        identity.check_resident_id("44011320141005001X", "id", date(2014, 10, 4))


def test_the_birth_date_is_read_from_the_number() -> None:
    assert identity.birth_date("44011320141005001X") == date(2014, 10, 5)


def test_published_phone_numbers_are_judged_as_published() -> None:
    data = shared("phones.json")
    for case in data["cases"]:
        if case.get("valid"):
            assert identity.check_phone(case["input"], "phone", case["region"]) == case["e164"]
        else:
            with pytest.raises(InvalidInput):
                identity.check_phone(case["input"], "phone", case["region"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call 13800138000",
        "13800138000 ext 5",
        "12345",
        "1-800-FLOWERS",
        "١٣٨٠٠١٣٨٠٠٠",
        "+99913800138000",
        "(" * 30,
    ],
)
def test_any_other_phone_is_refused_unrepeated(text: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        identity.check_phone(text, "phone", "CN")
    assert fault.value.field == "phone"
    assert not text or text not in fault.value.message


def test_a_foreign_number_needs_its_country_code_or_region() -> None:
    assert identity.check_phone("+1 650 253 0000", "phone", "CN") == "+16502530000"
    assert identity.check_phone("650-253-0000", "phone", "US") == "+16502530000"
    assert identity.check_phone("021-62345678", "phone", "CN") == "+862162345678"
    with pytest.raises(InvalidInput, match="phone_region"):
        identity.check_phone("650-253-0000", "phone", "XX")


def test_an_address_keeps_its_name_and_lowers_its_domain() -> None:
    assert identity.check_email(" Zhang.San@Example.COM ", "email") == "Zhang.San@example.com"
    assert identity.check_email("张三＠例子.中国", "email") == "张三@例子.中国"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zhang",
        "@example.com",
        "zhang@",
        "zhang@example",
        "a@b@example.com",
        "a b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@-example.com",
        "a@example.c",
        "<a@example.com>",
        "a@example.com\n",
        "x" * 65 + "@example.com",
    ],
)
def test_any_other_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        identity.check_email(text, "email")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613800138000", "138****8000"), ("13800138000", "138****8000"), ("+16502530000", "********0000"),
     ("12345", "*****"), ("", "")],
)  # fmt: skip
def test_a_phone_is_masked(phone: str, shown: str) -> None:
    assert identity.mask_phone(phone) == shown


def test_an_identifier_is_masked_but_for_three_and_two() -> None:
    assert identity.mask_identifier("44011320141005001X") == "440*************1X"
    assert identity.mask_identifier("12345678") == "********"


def test_an_address_is_masked_but_for_its_domain() -> None:
    assert identity.mask_email("zhang@example.com") == "z***@example.com"
    assert identity.mask_email("z@example.com") == "***@example.com"
    assert identity.mask_email("zhang") == "*****"


@given(st.text())
def test_a_key_is_stable_and_any_text_is_read_or_refused(text: str) -> None:
    key = identity.name_key(text)
    assert identity.name_key(key) == key
    identity.company_key(text)
    checks = (
        lambda: identity.clean_name(identity.clean_name(text)) == identity.clean_name(text),
        lambda: identity.check_uscc(text, "f"),
        lambda: identity.check_resident_id(text, "f", TODAY),
        lambda: identity.check_phone(text, "f", "CN"),
        lambda: identity.check_email(text, "f"),
    )
    for check in checks:
        with suppress(InvalidInput):
            assert check()


@given(st.from_regex(r"\+86(13|15|18)[0-9]{9}", fullmatch=True))
def test_a_masked_phone_never_shows_the_middle_digits(phone: str) -> None:
    assert identity.mask_phone(phone) == f"{phone[3:6]}****{phone[10:]}"
