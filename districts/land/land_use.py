"""National classes of land and sea use (``data/land_use.yaml``, with its source)."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from django.core.exceptions import ValidationError

from greendistrict.core.folded_keys import visible
from greendistrict.policy import yaml_file

DATA = Path(__file__).resolve().parents[1] / "data" / "land_use.yaml"
BEFORE = DATA.with_name("land_use_before.yaml")
INDUSTRY = "1001"
_OLD = re.compile(r"[A-Z]{1,2}[a-z]?\d{0,3}")
_OLDS = re.compile(rf"(?:{_OLD.pattern}[\s、,/+&;|和与及或-]*)+")  # B1、B2 and B1B2 are two
_BESIDE = re.compile(r"[、,/+&;|和与及或]")
_CODE_BESIDE = re.compile(
    r"(?P<code>\d{2,6})[\s(:、._-]*(?P<name>[^\s\d():、._-]+)\)?|(?P<before>[^\s\d():、._-]+)[\s(:、._-]*(?P<behind>\d{2,6})\)?", re.ASCII
)
_NEW = re.compile(r"(?<!\d)\d{4,6}(?!\d)", re.ASCII)
UNBUILT = ("01", "02", "03", "04", "05", "0601", "1202", "1205", "1207", "14", "17")
SHOWN_FIRST = ("07", "08", "09", "10", "11", "12", "13", "14", "15", "16")  # what a built-up district is made of


@cache
def classes() -> Mapping[str, str]:
    """Names by code."""
    return MappingProxyType({str(code): str(name) for code, name in yaml_file.read(DATA)["classes"].items()})


@cache
def source() -> str:
    """Source of the classes, in words."""
    kept = yaml_file.read(DATA)["source"]
    return f"《{kept['title']}》（{kept['number']}）"


@cache
def transcribed() -> str:
    """Which classes are included and how they were checked, in words."""
    return str(yaml_file.read(DATA)["source"]["transcribed"])


def name_of(code: str) -> str:
    """Name of a class; empty for an unknown code."""
    return classes().get(code, "")


def words_of(code: str) -> str:
    """Code and name; empty for an unknown code."""
    return f"{code} {classes()[code]}" if code in classes() else ""


def code_of(text: str) -> str:
    """Code meant by typed text (a code, a name, or both); empty if it is not recognised, or if there are several codes."""
    cleaned = _cleaned(text)
    named = {code for code in _NEW.findall(cleaned) if code in classes()}
    if any(not (one.startswith(other) or other.startswith(one)) for one in named for other in named):  # of mixed use
        return ""
    first = cleaned.split(maxsplit=1)[0] if cleaned else ""
    if first in classes():
        return first
    if len(first) % 2 and f"0{first}" in classes():  # a spreadsheet makes 0901 901
        return f"0{first}"
    return _codes().get(cleaned) or _code_beside(cleaned)


def _cleaned(text: str) -> str:
    """A text without what nobody sees, in one width; a letter before digits is a capital."""
    return re.sub(r"^[a-z](?=[0-9])", lambda one: one[0].upper(), visible(unicodedata.normalize("NFKC", text)))


def _code_beside(text: str) -> str:
    """The code that stands before or behind its own name or the beginning of it: 0901商业, 商业用地(0901)."""
    found = _CODE_BESIDE.fullmatch(text)
    code, name = (found["code"] or found["behind"], found["name"] or found["before"]) if found else ("", "")
    return code if name_of(code).removesuffix("用地") == name.removesuffix("用地") != "" else ""


class Meant(NamedTuple):
    """Classes that a text can mean which is none, and what that text is, in words (“M1”是旧版用地代码（一类工业用地）)."""

    codes: tuple[str, ...]
    words: str


def contradiction(text: str) -> Meant | None:
    """Classes that a typed text can mean whose code stands beside the name of others (0901 住宅用地), and why; None for any other."""
    first, _, name = _cleaned(text).partition(" ")
    code = code_of(first)
    if not name or name == name_of(code) or code != code_of(text):
        return None
    named = (code_of(name),) if code_of(name) else meant.codes if (meant := meant_by(name)) else ()
    fits = not named or any(one.startswith(code) or code.startswith(one) for one in named)
    return None if fits else Meant((code, *named), f"{words_of(code)}与所写的“{name}”不是一类")


def not_contradicted(text: str) -> str:
    """The text as typed in a form. Raises ``ValidationError`` for a ``contradiction``."""
    if wrong := contradiction(text):
        msg = f"{wrong.words}，请写明是哪一类"
        raise ValidationError(msg)
    return text


def is_old_code(text: str) -> bool:
    """Whether text reads like a code of the classes before 2023, such as R2, M1 or Rr, or like several of them."""
    cleaned = _cleaned(text)
    return _OLD.fullmatch(cleaned) is not None or (len(_old_codes(cleaned)) > 1 and _OLDS.fullmatch(cleaned) is not None)


def _old_codes(text: str) -> list[str]:
    """Codes of the classes before 2023 with which a text begins; none if one of several is unknown."""
    begins = _OLDS.match(text.strip())
    codes = list(dict.fromkeys(_OLD.findall(begins[0]))) if begins else []
    return codes if len(codes) == 1 or all(code in before() for code in codes) else []


def meant_by(text: str) -> Meant | None:
    """What is meant by a code or name of before 2023, or by a word such as 住宅; None for what is none of these."""
    cleaned = _cleaned(text)
    several = _old_codes(cleaned)
    if len(several) > 1:
        could = dict.fromkeys(code for one in several for code in before()[one][1:])
        return Meant(tuple(could), f"“{cleaned}”写了几个旧版用地代码")
    code = several[0] if several else ""
    rest = cleaned[len(code) :].strip()
    if code in before() and (not rest or not rest.isascii()) and not _BESIDE.match(rest):
        name, *codes = before()[code]
        return Meant(tuple(codes), f"“{cleaned}”是旧版用地代码（{name}）")
    old = [codes for name, *codes in before().values() if name == cleaned and name != "住宅用地"]
    if len(old) == 1:
        return Meant(tuple(old[0]), f"“{cleaned}”是旧版用地分类的名称")
    ends = cleaned.removesuffix("用地")
    near = [known for known, name in classes().items() if len(ends) > 1 and name.removesuffix("用地").endswith(ends)]
    first = [known for known in near if all(other.startswith(known) for other in near)]
    return Meant(tuple(first or near), f"“{cleaned}”不是用地分类的名称") if near else None


@cache
def before() -> Mapping[str, list[str]]:
    """Classes of before 2023: name, then the codes of today that can be meant, by code."""
    return MappingProxyType({str(code): list(entry) for code, entry in yaml_file.read(BEFORE)["classes"].items()})


@cache
def _codes() -> Mapping[str, str]:
    """Codes by name; of two classes with the same name the first."""
    return {name: code for code, name in reversed(list(classes().items()))}


@cache
def choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Choices: second and third classes grouped by their first class, built-up land first."""
    heads = [code for code in classes() if len(code) == 2]  # noqa: PLR2004 -- a first class has two digits
    ordered = [*SHOWN_FIRST, *(code for code in heads if code not in SHOWN_FIRST)]
    return tuple((words_of(head), tuple((code, words_of(code)) for code in classes() if code.startswith(head))) for head in ordered)


def is_unbuilt(code: str) -> bool:
    """Whether a class is land on which no building stands: farmland to wetland, roads and pipelines, green, inland water."""
    return code.startswith(UNBUILT)


def is_industrial(code: str) -> bool:
    """Whether a class is industrial land (1001)."""
    return code.startswith(INDUSTRY)
