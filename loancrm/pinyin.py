"""How a Chinese name is typed in Latin letters: its pinyin, and the initials. Pure.

Readings are pypinyin's, by the longest phrase that is known and else by character. Its dictionaries take
a quarter of a second to load, so they are loaded when the first Chinese name is written, never to search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

_CHINESE = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
LONGEST_PHRASE = 4  # characters; the longer ones are sayings

# As a surname read so, and otherwise elsewhere (list: overtrue/pinyin, MIT); traditional forms beside.
_SURNAMES = (
    "万俟moqi 萬俟moqi 尉迟yuchi 尉遲yuchi 单于chanyu 單于chanyu 长孙zhangsun 長孫zhangsun 澹台tantai "
    "澹臺tantai 重chong 秘bi 种chong 種zhong 繁po 覃qin 缪miao 繆miao 曾zeng 解xie 折she 那na 佴nai "
    "粘nian 藏zang 扎za 翟zhai 都du 六lu 薄bo 盖ge 蓋ge 查zha 盛sheng 朴piao 乜nie 乐yue 樂yue 阚kan "
    "闞kan 不fou 称cheng 稱cheng 区ou 區ou 仇qiu 单shan 單shan 卜bu 浣wan 贠yun 貟yun 么yao 长zhang "
    "長zhang 召shao 宓mi 隗wei 员yun 員yun"
)
# In names read otherwise than the dictionary's first reading, which is that of running text.
_IN_NAMES = {"长": "chang", "長": "chang", "都": "du", "地": "di"}


def search_key(name: str, is_person: bool) -> str | None:
    """Return what a typed pinyin is looked for in: in full, then the initials; None without Chinese.

    ``huadajixieyouxiangongsi hdjxyxgs``. A person's surname is read as one, and may be typed in full
    before initials: ``wangxiaoming wxm wangxm``. ü is v. Latin letters and digits stand as they are.
    """
    if not re.search(_CHINESE, name):
        return None
    syllables = _syllables(unicodedata.normalize("NFKC", name).casefold(), is_person)
    if not syllables:
        return None
    words = ["".join(syllables), "".join([s[0] if s.isalpha() else s for s in syllables])]
    if is_person:
        words.append(syllables[0] + words[1][1:])
    return " ".join(words)


def typed_key(text: str) -> str | None:
    """Return typed letters as ``search_key`` has them, None where the text is no pinyin."""
    letters = re.sub(r"[\s'’-]", "", text).casefold().replace("ü", "v")
    return letters if re.fullmatch(r"[a-z0-9]*[a-z][a-z0-9]*", letters) else None


def _syllables(text: str, is_person: bool) -> list[str]:
    found: list[str] = []
    at = 0
    if is_person:
        surname = next((text[:n] for n in (2, 1) if text[:n] in _surnames()), "")
        found, at = ([_surnames()[surname]] if surname else []), len(surname)
    phrases, longest = _phrases(), _longest()
    while at < len(text):
        for size in range(longest.get(text[at : at + 2], 1), 1, -1):
            if (phrase := text[at : at + size]) in phrases:
                found += _phrase(phrase)
                at += size
                break
        else:
            found += _reading(text[at])
            at += 1
    return found


@cache
def _surnames() -> Mapping[str, str]:
    pairs = re.findall(r"(\W+|[^\x00-\x7f]+)([a-z]+)", _SURNAMES)
    return {surname.strip(): reading for surname, reading in pairs}


@cache
def _phrases() -> Mapping[str, list[list[str]]]:
    from pypinyin.constants import PHRASES_DICT

    phrases: Mapping[str, list[list[str]]] = PHRASES_DICT
    return phrases


@cache
def _longest() -> Mapping[str, int]:
    """Return how long a phrase may be, by its first two characters: most pairs begin none."""
    sizes = range(2, LONGEST_PHRASE + 1)
    return {phrase[:2]: size for size in sizes for phrase in _phrases() if len(phrase) == size}


@cache
def _phrase(text: str) -> list[str]:
    return [_plain(readings[0]) for readings in _phrases()[text]]


@cache
def _reading(character: str) -> list[str]:
    """Return the reading of one character: a syllable, itself, or nothing for a bracket or a blank."""
    from pypinyin.constants import PINYIN_DICT

    if character in _IN_NAMES:
        return [_IN_NAMES[character]]
    if known := PINYIN_DICT.get(ord(character)):
        return [_plain(known.split(",")[0])]
    return [character] if character.isascii() and character.isalnum() else []


def _plain(reading: str) -> str:
    """Return a reading without its tone: lǚ is lv."""
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in letters if not unicodedata.combining(char))
