"""Titles of policy rules and settings in words, with units and values."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from greendistrict.policy import dates, parameters, yaml_file
from greendistrict.policy.loader import all_policies
from greendistrict.policy.rule_parameters import readings, rule_parameters
from greendistrict.policy.types import PERCENT
from greendistrict.policy.wording import with_unit

WORDS = Path(__file__).resolve().parent / "data" / "settings-words.yaml"


def not_asked(fact: str, kind: str) -> str:
    """Type of district in words, if every rule that tests the fact is for other types (不适用); empty otherwise."""
    known = all_policies()
    asking = [rule for policy in known for rule in policy.rules if any(test.fact.name == fact for test in rule.tests)]
    is_asked = not asking or any(not rule.applies_to or kind in rule.applies_to for rule in asking)
    return "" if is_asked else known[-1].district_types.get(kind, "")


@dataclass(frozen=True)
class ParameterRow:
    """A setting with its Chinese name, as shown in lists."""

    key: str
    label: str
    value: str
    is_default: bool
    reason: str


def rule_title(rule_id: str) -> str:
    """Title of a rule in the newest policy that contains it; its id if none does."""
    titles = (rule.title for policy in reversed(all_policies()) for rule in policy.rules if rule.id == rule_id)
    return next(titles, rule_id)


@cache
def _words() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Chinese names of the settings, and labels of their coded values."""
    data = yaml_file.read(WORDS)
    return data["labels"], data["words"]


def setting_label(key: str) -> str:
    """Chinese name of a setting; for a rule parameter the title of its rule, for a reading with what is understood."""
    if key in rule_parameters():
        return rule_parameters()[key].label
    if key in readings():
        return f"{readings()[key].title}（{readings()[key].cite}）：{readings()[key].understood}"
    if key in parameters.kinds_of_reminders():
        return f"提醒节点：{parameters.kinds_of_reminders()[key]}"
    return _words()[0][key][0]


def setting_unit(key: str) -> str:
    """Unit of a setting; empty if it has none."""
    if key in rule_parameters():
        return rule_parameters()[key].unit
    if key in readings() or key in parameters.kinds_of_reminders():
        return ""
    label = _words()[0][key]
    return label[1] if len(label) > 1 else ""


def setting_value(key: str, value: object) -> str:
    """Value of a setting with its unit, e.g. ``10个工作日``, ``30%``, ``次年3月31日``."""
    if key in readings():
        return "按此理解" if value else "待确认"
    unit = setting_unit(key)
    if unit == PERCENT and isinstance(value, Decimal):
        value = f"{(value * 100).normalize():f}"
    members = value if isinstance(value, tuple | list) else (value,)
    said = (member_word(key, member) or dates.in_words(parameters.shown(member)) for member in members)
    return with_unit("、".join(said), unit)


def member_word(key: str, member: object) -> str:
    """Word for a value that is written for the program; empty if it reads as it is."""
    words = _words()[1]
    return words.get(f"{key}.{member}") or words.get(str(member)) or ""


def member_code(key: str, word: str) -> str:
    """Value behind the word of a setting's member; the word itself if it is no such word."""
    return next((code for code in _words()[1] if "." not in code and member_word(key, code) == word), word)


def setting_rows() -> list[ParameterRow]:
    """Settings for what the policy leaves open, in file order; 默认值 where the city has not confirmed the value."""
    return _rows(key for key in parameters.defaults() if key not in parameters.OF_TEXT)


def rule_setting_rows() -> list[ParameterRow]:
    """All numbers of clauses; 文件原文 where the city has not changed the number."""
    return _rows((*rule_parameters(), *parameters.OF_TEXT))


def reading_setting_rows() -> list[ParameterRow]:
    """All readings of the policy; 待确认 until the city has confirmed one."""
    return _rows(readings())


def reminder_setting_rows() -> list[ParameterRow]:
    """Reminder schedules of all kinds of duties with reminders."""
    return _rows(parameters.kinds_of_reminders())


def _rows(keys: Iterable[str]) -> list[ParameterRow]:
    found = parameters.load()
    return [
        ParameterRow(key, setting_label(key), setting_value(key, found[key].value), found[key].is_default, found[key].reason)
        for key in keys
    ]
