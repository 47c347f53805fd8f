"""National classes of land and sea use (``data/land_use.yaml``, with its source)."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from greendistrict.policy import yaml_file

DATA = Path(__file__).resolve().parents[1] / "data" / "land_use.yaml"
INDUSTRY = "1001"
_OLD = re.compile(r"[A-Z]{1,2}[a-z]?\d{0,3}")
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
    """Code meant by typed text (a code, a name, or both); empty if it is not recognised."""
    cleaned = text.strip()
    first = cleaned.split(maxsplit=1)[0] if cleaned else ""
    if first in classes():
        return first
    return _codes().get(cleaned) or (f"0{first}" if len(first) % 2 and f"0{first}" in classes() else "")  # a spreadsheet makes 0901 901


def is_old_code(text: str) -> bool:
    """Whether text reads like a code of the classes before 2023, such as R2, M1 or Rr."""
    return _OLD.fullmatch(text.strip()) is not None


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
