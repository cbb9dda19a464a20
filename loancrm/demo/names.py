"""Fictional names, composed of syllables; identifiers that are well formed and nobody's."""

from __future__ import annotations

from datetime import date
from random import Random

from stdnum.cn import ric, uscc

_FIRST = "霁澄砚岚屿蔚漪珩锴煦昱骁衡钧翎沅禧檀逸琮"
_SECOND = "禾舟川桓珂宸野峤溪徽垚澜序朗砺森睿庭翊槿"
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
_GIVEN = "伟芳敏静磊洋勇艳杰娟涛明超霞平刚桂文辉玲鑫波宇浩凯欣怡雨晨子涵佳琪俊熙思远"
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_SHOPS = ("经营部", "商行", "店", "服务部")
_PLACES = ("东湖", "临江", "云岭", "滨海", "望山", "平原", "青川", "南屏")
_SCHOOLS = {
    "vocational": ("职业技术学院", "工程职业学院"),
    "undergraduate": ("大学", "理工学院", "师范学院", "财经学院"),
    "master": ("大学", "理工大学"),
    "doctor": ("大学", "理工大学"),
}
MAJORS = (
    "机械工程",
    "会计学",
    "计算机科学",
    "护理学",
    "土木工程",
    "英语",
    "农学",
    "电子商务",
    "化学",
    "法学",
)
CAREERS = ("企业就业", "考研深造", "公务员", "自主创业", "教师", "")


def company(dice: Random, city: str, trade: str) -> str:
    """Return a company's name, such as 杭州霁禾机械有限公司."""
    return f"{city}{dice.choice(_FIRST)}{dice.choice(_SECOND)}{trade}{dice.choice(_FORMS)}"


def shop(dice: Random, city: str, trade: str) -> str:
    """Return a sole proprietor's name, such as 郑州砚川五金经营部."""
    return f"{city}{dice.choice(_FIRST)}{dice.choice(_SECOND)}{trade}{dice.choice(_SHOPS)}"


def person(dice: Random) -> str:
    """Return a person's name."""
    given = "".join(dice.choice(_GIVEN) for _ in range(dice.choice((1, 2, 2))))
    return dice.choice(_SURNAMES) + given


def school(dice: Random, level: str) -> str:
    """Return a school's name, such as 东湖理工学院; there are no such places."""
    return dice.choice(_PLACES) + dice.choice(_SCHOOLS[level])


def credit_code(ref: int, area: str, *, sole: bool) -> str:
    """Return a unified social credit code with its check character; MADE… is no organisation's."""
    body = f"{'92' if sole else '91'}{area}MADE{ref:05d}"
    return body + uscc.calc_check_digit(body)


def resident_id(ref: int, area: str, born: date) -> str:
    """Return a resident identity number with its check character.

    The county is 00, which is a city as a whole and nobody's place of birth.
    """
    body = f"{area[:4]}00{born:%Y%m%d}{ref % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def phone(ref: int) -> str:
    """Return a mobile number beside 13800138000, the operator's own."""
    return f"+8613800138{ref % 1000:03d}"
