"""Compare the figures of an operation report with the sentences that the portal states now. Pure, without database and clock."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from assessments.self_checks.report import LiveFigure, inserted
from assessments.yearly_reports.report import KEYS

DATES = re.compile(r"\d{4}年(?:度|\d{1,2}月\d{1,2}日)?")
YEAR = re.compile(r"\d{4}年")
PARTS = re.compile(r"[，；：、。（）\n]")
NAMED = re.compile(r"(?:截至|其中)*(?P<name>\D*?)(?P<number>-?\d[\d,]*(?:\.\d+)?)(?P<unit>.*)")
NOWHERE, NO_DIFFERENCE = "没有这一项", "—"


class Number(NamedTuple):
    """A number of a sentence and its unit."""

    value: Decimal
    unit: str

    @property
    def words(self) -> str:
        """The number as printed."""
        return f"{self.value:,}{self.unit}"


@dataclass(frozen=True)
class FigureGap:
    """A figure of the report that the portal records otherwise; ``said`` is the district's explanation of exactly these two numbers."""

    section: str
    name: str
    stated: str
    recorded: str
    difference: str
    said: str = ""

    @property
    def key(self) -> str:
        """Key of the stored explanation. It contains both numbers: once one of them moves, the difference has to be explained again."""
        return f"{self.name}：{self.stated}／{self.recorded}"

    @property
    def field(self) -> str:
        """Name of the form field of the explanation."""
        return f"gap_{sha256(self.key.encode()).hexdigest()[:12]}"

    @property
    def words(self) -> str:
        """The difference in a sentence."""
        return f"{self.name}报告为{self.stated}，平台为{self.recorded}"


@dataclass(frozen=True)
class FigureComparison:
    """How many figures were compared, and those that differ."""

    count: int = 0
    gaps: tuple[FigureGap, ...] = ()

    @property
    def unexplained(self) -> tuple[FigureGap, ...]:
        """Differences that the district has not explained."""
        return tuple(gap for gap in self.gaps if not gap.said)

    @property
    def words(self) -> str:
        """The result in a sentence."""
        if not self.count:
            return "正文没有标明取自平台的这几类数字，未作比较。"
        result = f"{len(self.gaps)}项不同" if self.gaps else "与平台一致"
        return f"正文中标明取自平台的这几类数字{self.count}项，{result}。"


def numbers_in(sentence: str) -> dict[str, Number]:
    """Numbers of a sentence by the words before them; days and years are no numbers."""
    found: dict[str, Number] = {}
    for part in PARTS.split(DATES.sub("", sentence)):
        if named := NAMED.match(part.strip()):
            found.setdefault(named["name"].strip(), Number(Decimal(named["number"].replace(",", "")), named["unit"].strip()))
    return found


def compare(said: Iterable[tuple[LiveFigure, str]], text: Mapping[str, str], explained: Mapping[str, str]) -> FigureComparison:
    """Compare the figures inserted into a text with the current sentences; a number left out of the text is not compared."""
    count, gaps = 0, dict[str, FigureGap]()
    for kind, now in said:
        recorded = numbers_in(now)
        for section in KEYS:
            for one in inserted(kind.label, str(text.get(section, ""))):
                stated = numbers_in(one.text)
                gaps |= {gap.key: gap for gap in _other_years(kind.label, section, one.text, now)}
                count += len(stated)
                for gap in _gaps(kind.label, section, stated, recorded):
                    gaps.setdefault(gap.key, gap)
    return FigureComparison(count, tuple(replace(gap, said=explained.get(key, "").strip()) for key, gap in gaps.items()))


def _other_years(label: str, section: str, stated: str, recorded: str) -> Iterator[FigureGap]:
    """Years of a sentence that was taken over from an earlier report: equal numbers of another year are a difference as well."""
    known = "、".join(dict.fromkeys(YEAR.findall(recorded)))
    for year in dict.fromkeys(YEAR.findall(stated)):
        if known and year not in known:
            yield FigureGap(section, f"年度（{label}）", year, known, NO_DIFFERENCE)


def _gaps(label: str, section: str, stated: Mapping[str, Number], recorded: Mapping[str, Number]) -> Iterator[FigureGap]:
    """Numbers that differ under one name; under a name that the portal does not use, those that it states nowhere."""
    values = {number.value for number in recorded.values()}
    for name, number in stated.items():
        shown = f"{name}（{label}）" if name and name != label else label
        found = recorded.get(name)
        if found is None and number.value and number.value not in values:
            yield FigureGap(section, shown, number.words, NOWHERE, NO_DIFFERENCE)
        elif found is not None and found.value != number.value:
            yield FigureGap(section, shown, number.words, found.words, f"{number.value - found.value:+,}{found.unit}")
