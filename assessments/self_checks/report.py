"""Sections of the self-check report (自评报告, 八（二）), figures inserted into their text, comparison with last year's."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, NamedTuple

from greendistrict.core.days import day_in_words
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class LiveFigure:
    """A kind of figure: its name on the page, the sections it is offered in, and a function that states it as a sentence.

    ``says(check, today)`` takes the self-check and returns a sentence without its full stop, empty if there is nothing to state.
    """

    key: str
    label: str
    sections: frozenset[str]
    says: Callable[[Any, dt.date], str]


# Filled by ``wiring.py`` of assessments, approvals and operation; read by ``selectors.report``.
report_figures: Registry[LiveFigure] = Registry(
    "figures of a self-check report",
    entry="a figure that a district may insert into its self-check report: its name, sections and the sentence that states it now",
)


LONGEST = 8000


class ReportSection(NamedTuple):
    """A section of the report: key of the stored text, head, and what it should say."""

    key: str
    title: str
    hint: str


SECTIONS = (
    ReportSection("overview", "一、年度工作概况", "本年度推进绿色生态城区建设的主要工作、投入与进展"),
    ReportSection("indicators", "二、指标及方案落实情况", "指标体系各项指标与规划方案的落实、与年度目标的差距及原因"),
    ReportSection("mandatory", "三、强制性内容执行情况", "控制项及其他强制性内容的执行；不满足的如实说明"),
    ReportSection("management", "四、管理机制建立情况", "组织、制度、资金、人员和全过程管控机制"),
    ReportSection("plan", "五、存在问题与下一年计划", "存在的问题、原因和下一年度的工作安排"),
)
KEYS = tuple(section.key for section in SECTIONS)

NUMBER = re.compile(r"\d+(?:\.\d+)?")
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
MARK = re.compile(r"（(?P<label>[^（）\n]{1,20})数据，(?P<day>\d{4}年\d{1,2}月\d{1,2}日)取自平台）。?")
WORD = re.compile(r"</?[bi]>|\d+(?:\.\d+)?|[A-Za-z]+|\s+|.", re.DOTALL)


def dated(label: str, sentence: str, day: dt.date) -> str:
    """The sentence with label and day of its figures, in the form in which it is inserted into the text."""
    return f"{sentence}（{label}数据，{day_in_words(day)}取自平台）。"


class Stated(NamedTuple):
    """A sentence of the text that was inserted for some figures, and its position."""

    start: int
    end: int
    text: str


def inserted(label: str, text: str) -> list[Stated]:
    """Sentences of the text inserted for the figures named ``label``."""
    marks = ((mark, start) for mark, start in _marked(text) if mark["label"] == label)
    return [Stated(start, mark.end(), text[start : mark.start()]) for mark, start in marks]


def _marked(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """The marks behind inserted sentences, and where each sentence begins."""
    before = 0
    for mark in MARK.finditer(text):
        yield mark, max(before, *(text.rfind(end, 0, mark.start()) + 1 for end in "。\n"))
        before = mark.end()


def without_inserted(text: str) -> str:
    """The text without the sentences that the portal inserted: what its author wrote."""
    parts, before = [], 0
    for mark, start in _marked(text):
        parts.append(text[before:start])
        before = mark.end()
    return "".join((*parts, text[before:]))


class PrintedSection(NamedTuple):
    """A section as papers print it: head, text, and in one sentence whence its inserted figures are, empty where it has none."""

    title: str
    text: str
    source: str


def printed(sections: Iterable[tuple[str, str]]) -> Iterator[PrintedSection]:
    """Sections (head, text) for a paper, which names the source of inserted figures once a section.

    An inserted sentence that an earlier section states word for word becomes a reference to that section.
    """
    said: dict[str, str] = {}
    for title, text in sections:
        parts: list[str] = []
        labels: dict[str, list[str]] = {}
        before = 0
        for mark, start in _marked(text):
            sentence, label = text[start : mark.start()], mark["label"]
            parts.append(text[before:start])
            before = mark.end()
            if not sentence.strip():
                continue  # the sentence was deleted, its mark stayed
            earlier = said.setdefault(sentence, title)
            if earlier == title:
                labels.setdefault(mark["day"], []).append(label)
            parts.append(f"{sentence}。" if earlier == title else f"{label}情况见“{earlier}”。")
        source = "；".join(f"{'、'.join(dict.fromkeys(named))}数据{day}取自平台" for day, named in labels.items())
        yield PrintedSection(title, "".join((*parts, text[before:])), f"{source}。" if source else "")


def is_stale(stated: str, now: str) -> bool:
    """Whether a sentence contains a number that the current figures lack; reworded text and omitted numbers do not count."""
    current = iter(_numbers(now))
    return not all(number in current for number in _numbers(stated))


def _numbers(text: str) -> list[str]:
    return NUMBER.findall(text.replace(",", ""))


def with_figures(label: str, text: str, sentence: str) -> str:
    """The text with the dated sentence in place of earlier ones for the same figures, or as a new paragraph at the end."""
    found = inserted(label, text)
    if not found:
        return f"{text.rstrip()}\n\n{sentence}".lstrip()
    for older in reversed(found[1:]):
        text = text[: older.start] + text[older.end :]
    return text[: found[0].start] + sentence + text[found[0].end :]


def with_line(text: str, line: str, at: int | None) -> str:
    """The text with ``line`` as a separate block after the line at position ``at``, or at the end if it is None."""
    end = len(text) if at is None or at >= len(text) else text.find("\n", at)
    before, after = (text, "") if end < 0 else (text[:end], text[end:])
    return f"{before.rstrip()}\n\n{line}\n\n{after.lstrip()}".strip("\n") + "\n"


class TextChange(StrEnum):
    """What happened to a part of last year's text, as the HTML element that marks it."""

    SAME = "span"
    GONE = "del"
    NEW = "ins"


class TextPart(NamedTuple):
    """A part of the text, and whether it occurs in last year's text, this year's or both."""

    change: TextChange
    text: str


def differences(last: str, now: str) -> list[TextPart]:
    """Both texts merged: compared sentence by sentence, and word by word inside reworded sentences."""
    found: list[TextPart] = []
    for part in _apart(SENTENCE.findall(last), SENTENCE.findall(now)):
        if found and found[-1].change == part.change:
            found[-1] = TextPart(part.change, found[-1].text + part.text)
        else:
            found.append(part)
    return found


def _apart(last: list[str], now: list[str], *, inside: bool = False) -> Iterator[TextPart]:
    for change, a, b, c, d in SequenceMatcher(None, last, now).get_opcodes():
        if change == "equal":
            yield TextPart(TextChange.SAME, "".join(last[a:b]))
        elif change == "replace" and not inside:
            yield from _apart(WORD.findall("".join(last[a:b])), WORD.findall("".join(now[c:d])), inside=True)
        else:
            yield from (
                TextPart(kind, text) for kind, text in ((TextChange.GONE, "".join(last[a:b])), (TextChange.NEW, "".join(now[c:d]))) if text
            )
