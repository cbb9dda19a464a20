"""Names as they are typed in Latin letters."""

from __future__ import annotations

import subprocess
import sys

import pytest

from loancrm.pinyin import search_key, typed_key

# From overtrue/pinyin's list of surnames (MIT): how each is read as a surname.
SURNAMES = (
    "万俟moqi 尉迟yuchi 单于chanyu 重chong 秘bi 冼xian 华hua 过guo 纪ji 燕yan 种chong 繁po 幺yao 覃qin "
    "冯feng 石shi 缪miao 瞿qu 曾zeng 解xie 折she 那na 佴nai 难nan 粘nian 藏zang 扎za 翟zhai 都du 六lu "
    "薄bo 贾jia 的de 哈ha 居ju 盖ge 查zha 盛sheng 塔ta 和he 柏bai 朴piao 蓝lan 牟mou 殷yin 陆lu 乜nie "
    "乐yue 阚kan 叶ye 强qiang 不fou 丁ding 阿a 汤tang 万wan 车che 称cheng 沈shen 区ou 仇qiu 宿su 南nan "
    "单shan 卜bu 鸟niao 思si 殳shu 寻xun 於yu 烟yan 余yu 浅qian 艾ai 浣wan 无wu 信xin 许xu 齐qi 俞yu "
    "若ruo 贠yun 貟yun 么yao"
)


@pytest.mark.parametrize("pair", SURNAMES.split())
def test_a_persons_surname_is_read_as_a_surname(pair: str) -> None:
    surname = "".join(char for char in pair if not char.isascii())
    reading = pair.removeprefix(surname)
    key = search_key(f"{surname}伟", is_person=True)
    assert key is not None
    full, initials, mixed = key.split()
    assert full == f"{reading}wei"
    assert mixed == f"{reading}w"
    assert initials[-1] == "w"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("华达机械有限公司", "huadajixieyouxiangongsi hdjxyxgs"),
        ("華達機械有限公司", "huadajixieyouxiangongsi hdjxyxgs"),
        ("重庆银行", "chongqingyinhang cqyh"),
        ("长江证券", "changjiangzhengquan cjzq"),
        ("ABC（中国）123", "abczhongguo123 abczg123"),
        ("ＡＢＣ中国", "abczhongguo abczg"),
    ],
)
def test_a_company_is_read_as_its_words_are(name: str, key: str) -> None:
    assert search_key(name, is_person=False) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("王小明", "wangxiaoming wxm wangxm"),
        ("單雄信", "shanxiongxin sxx shanxx"),
        ("尉遲恭", "yuchigong yg yuchig"),
        ("吕布", "lvbu lb lvb"),
        ("阿布都·热合曼", "abudureheman abdrhm abdrhm"),
    ],
)
def test_a_person_may_be_typed_by_surname_and_initials(name: str, key: str) -> None:
    assert search_key(name, is_person=True) == key


@pytest.mark.parametrize("name", ["Acme Ltd", "123", "○", "Ünal", "김"])
def test_a_name_without_chinese_has_no_pinyin(name: str) -> None:
    assert search_key(name, is_person=False) is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [("HDJX", "hdjx"), ("hua da", "huada"), ("xi'an", "xian"), ("Lü", "lv"), ("a1", "a1"), ("华达", None),
     ("100%", None), ("138", None), ("", None), ("a_b", None), ("NEAR(", None)],
)  # fmt: skip
def test_what_is_typed_is_compared_in_one_form(typed: str, key: str | None) -> None:
    assert typed_key(typed) == key


def test_the_dictionaries_are_loaded_for_a_chinese_name_only() -> None:
    code = (
        "import sys; from loancrm.pinyin import search_key, typed_key;"
        "search_key('Acme', False); typed_key('hdjx'); assert 'pypinyin' not in sys.modules;"
        "search_key('华达', False); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
