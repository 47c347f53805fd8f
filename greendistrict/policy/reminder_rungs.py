"""Reminder schedules written as one text, and the hours and weekdays in settings (pure functions)."""

import re
from dataclasses import dataclass

OF_KIND = "reminders.of."  # prefix of the setting of one kind of duty
AS_GENERAL = "按通用设置"
HELP = f"工作日数：到期前写30，到期当日写0，逾期后写+7，最后写上报对象，用顿号隔开；与其他事项相同的写{AS_GENERAL}"
WHOM = ("本单位负责人", "实施主体", "市级经办", "市级审核", "市级审定")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
MOST_DAYS = 250
_SEPARATOR = re.compile(r"[、，,\s]+")
_DAYS = re.compile(r"\+?\d{1,3}")


class WrongRungs(ValueError):  # noqa: N818 -- reads as a sentence
    """Not a valid schedule; the message says why."""


@dataclass(frozen=True)
class Rungs:
    """Reminder schedule: working days before and after the due day, whether to remind on the day itself, and escalation receivers."""

    before: tuple[int, ...]
    on_day: bool
    after: tuple[int, ...]
    then: tuple[str, ...]


def parse(text: str) -> Rungs:
    """Parse a schedule such as 30、14、0、+7、本单位负责人. Raises ``WrongRungs``."""
    before, after, then, on_day = set(), set(), [], False
    for word in filter(None, _SEPARATOR.split(text.strip())):
        if word in WHOM:
            then.append(word)
        elif not _DAYS.fullmatch(word) or int(word) > MOST_DAYS or word in {"+0", "+00", "+000"}:
            msg = f"没有“{word}”这一节点；工作日数写作30，到期当日写作0，逾期后写作+7，上报写作{'、'.join(WHOM)}"
            raise WrongRungs(msg)
        elif then:
            msg = "上报对象写在最后"
            raise WrongRungs(msg)
        elif word.startswith("+"):
            after.add(int(word))
        else:
            on_day |= not int(word)
            before.add(int(word))
    if then and not after:
        msg = "有上报对象的，须有逾期后的节点，例如+7"
        raise WrongRungs(msg)
    if len(set(then)) != len(then):
        msg = "上报对象重复"
        raise WrongRungs(msg)
    return Rungs(tuple(sorted(before - {0}, reverse=True)), on_day, tuple(sorted(after)), tuple(then))
