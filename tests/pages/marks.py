"""Whether what a page computes from settings that the city has not confirmed bears the mark of it.

The same pages are asked for with the defaults of the portal and with others. Whatever reads otherwise then rests on a setting: it must say
so (默认值; 拟 in papers) in its own line, row, pair or item, in the heading around it, or in a note beside a list of days.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from lxml import etree, html

from greendistrict.policy import parameters, yaml_file
from greendistrict.policy.templatetags.documents import DEFAULT_NOTE
from tests import caches
from tests.pages.kept import MORE_PIECES, PIECES
from tests.pages.lines import INLINE

EXCEPTIONS = Path(__file__).with_name("unmarked.yaml")
MARK = re.compile(f"{parameters.DEFAULT_WORD}|拟")
DAY = re.compile(r"(?P<year>Y(?:[+-]\d)?-)?(?P<month>\d\d)-(?P<day>\d\d)")
HOUR = re.compile(r"(?P<hour>\d\d):(?P<minute>\d\d)")
LEFT = {"status", "obligations_from", *parameters.OF_TEXT}  # the day on which the portal was taken into use decides which duties there are
MIDDLE = 15  # of a month
SPACE = re.compile(r"\s+")
# What may differ between two days, besides their figures.
FIGURES = re.compile(r"[\d.,%]+|(?:周|星期)[一二三四五六日]|逾期|剩余?|今天到期|（[^（）]*默认值[^（）]*）|，?默认值")
MUCH_ALIKE = 0.5
BLOCKS = {"tr", "li", "p", "dt", "dd", "label", "figure", "caption", "summary", "h1", "h2", "h3", "h4"}
AROUND = {"table", "section", "form", "details", "fieldset", "dl", "article"}
HEADING = (
    "./*[self::h2 or self::h3 or self::h4 or self::header or self::caption or self::summary or self::legend or self::thead]"
    "|./following-sibling::*[1][self::p]"
)
SHOWN = {"title", "value"}  # attributes that people read


class Line(NamedTuple):
    """Text between two elements of a block, and the element it stands in."""

    around: Any
    text: str

    @property
    def alike(self) -> str:
        """The text without figures and marks."""
        return FIGURES.sub("", self.text)

    @property
    def is_marked(self) -> bool:
        """Whether a mark stands where the line's reader sees it."""
        return bool(MARK.search(self.text)) or any(MARK.search(text) for text in self._beside())

    def _beside(self) -> Iterator[str]:
        element = self.around
        while element is not None:
            if element.tag in BLOCKS or (element.tag == "div" and element.find("./dt") is not None):
                yield text_of(element)
            if element.tag == "dd":
                yield text_of(element.getprevious())
            if element.tag in AROUND:
                yield from (text_of(one) for one in element.xpath(HEADING))
            if element.tag in {*AROUND, "main"} and DEFAULT_NOTE in text_of(element):
                yield DEFAULT_NOTE
            element = element.getparent()


def text_of(element: Any) -> str:
    """All text of an element without blanks."""
    return "" if element is None else SPACE.sub("", "".join(element.itertext()))


def lines_of(page: str) -> list[Line]:
    """What people read of the main part of a page, or of all of a piece or a paper."""
    if not page.strip():
        return []
    tree = html.fromstring(page)
    main = tree.find(".//main")
    found: list[Line] = []
    _read(tree if main is None else main, found)
    return found


def _read(block: Any, found: list[Line]) -> None:
    if not isinstance(block.tag, str) or block.tag in {"script", "style", "head"}:
        return
    words = [block.text or ""]
    _attributes(block, found)
    for child in block:
        if child.tag in INLINE:
            for one in child.iter():
                _attributes(one, found)
            words.append(etree.tostring(child, method="text", encoding="unicode", with_tail=False))
        else:
            _end(block, words, found)
            _read(child, found)
        words.append(child.tail or "")
    _end(block, words, found)


def _attributes(element: Any, found: list[Line]) -> None:
    if element.get("type") != "hidden" and element.tag not in {"option", "button"}:
        found += [Line(element, f"{name}: {element.get(name)}") for name in sorted(SHOWN & set(element.keys())) if element.get(name)]


def _end(block: Any, words: list[str], found: list[Line]) -> None:
    if text := SPACE.sub("", "".join(words)):
        found.append(Line(block, text))
    words.clear()


def unmarked(before: list[Line], after: list[Line]) -> Iterator[str]:
    """Lines that read otherwise, or stand on one of the pages only, without a mark."""
    lone: list[tuple[Line | None, Line | None]] = []
    for old, new in pairs(before, after):
        if old is not None and new is not None:
            if FIGURES.sub(_figure, old.text) != FIGURES.sub(_figure, new.text) and not (old.is_marked and new.is_marked):
                yield f"{old.text} → {new.text}"
        elif old is not None or new is not None:
            lone.append((old, new))
    yield from _lone([old for old, _ in lone if old is not None], [new for _, new in lone if new is not None])


def _lone(olds: list[Line], news: list[Line]) -> Iterator[str]:
    """Lines that stand on one of the pages only; where the other has one much like it, the mark may be on either: a verdict tells it."""
    for some, others in ((olds, news), (news, olds)):
        for one in some:
            alike = difflib.get_close_matches(one.alike, [other.alike for other in others], n=1, cutoff=MUCH_ALIKE)
            if not one.is_marked and not any(other.is_marked for other in others if other.alike in alike):
                yield f"{one.text} → " if some is olds else f" → {one.text}"


def _figure(found: re.Match[str]) -> str:
    return "" if parameters.DEFAULT_WORD in found[0] else found[0]


def pairs(before: list[Line], after: list[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    """Lines of two pages that tell the same; those of a list in another order, too. None: the other page has none."""
    olds, news = list[Line](), list[Line]()
    matcher = difflib.SequenceMatcher(None, [one.alike for one in before], [one.alike for one in after], autojunk=False)
    for how, first, last, other_first, other_last in matcher.get_opcodes():
        if how == "equal":
            yield from zip(before[first:last], after[other_first:other_last], strict=True)
        else:
            olds += before[first:last]
            news += after[other_first:other_last]
    for old in olds:
        same = next((one for one in news if one.alike == old.alike), None)
        if same is not None:
            news.remove(same)
        yield old, same
    yield from ((None, new) for new in news)


@contextmanager
def other_defaults(folder: Path, *leaving: str) -> Iterator[None]:
    """Within the block all defaults but those of ``leaving`` are other ones: numbers two more, days three earlier or later, hours later."""
    path = folder / "settings.yaml"
    moved = _moved("", yaml_file.read(parameters.DEFAULTS), {*LEFT, *leaving})
    path.write_text(yaml.dump(moved, Dumper=_Dumper, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parameters, "DEFAULTS", path)
        begin_anew()
        yield
    begin_anew()


def begin_anew() -> None:
    """Nothing is kept of what was shown before."""
    parameters.defaults.cache_clear()
    caches.empty()
    for piece in PIECES:
        piece.cache_clear()
    for piece in MORE_PIECES:
        piece._held.clear()


class _Dumper(yaml.SafeDumper):
    """Writes exact numbers as they are."""


_Dumper.add_representer(Decimal, lambda dumper, number: dumper.represent_scalar(yaml_file.FLOAT, str(number)))


def _moved(key: str, value: Any, left: Collection[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _moved(f"{key}.{name}" if key else name, one, left) for name, one in value.items()}
    if isinstance(value, bool) or key in left:
        return value
    if isinstance(value, list):
        return [_moved(key, one, left) for one in value]
    if isinstance(value, str):
        return _moved_day(value)
    return value + 2 if isinstance(value, int) else value * Decimal("0.9")


def _moved_day(value: str) -> str:
    if day := DAY.fullmatch(value):
        number = int(day["day"])
        return f"{day['year'] or ''}{day['month']}-{number - 3 if number > MIDDLE else number + 3:02d}"
    hour = HOUR.fullmatch(value)
    return f"{int(hour['hour']) + 1:02d}:{hour['minute']}" if hour else value


@cache
def exceptions() -> list[tuple[str, re.Pattern[str]]]:
    """Where something may stand without a mark: beginnings of places, and what is told there; ``unmarked.yaml`` gives reasons."""
    read = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    return [(place, re.compile(words)) for lines in read.values() for place, words in lines.items()]


def against(place: str, found: Iterable[str]) -> list[str]:
    """What has no mark in a place and is no exception."""
    return [f"{place}: {one}" for one in found if not any(place.startswith(start) and words.search(one) for start, words in exceptions())]


def plain_lines(texts: Iterable[str]) -> list[Line]:
    """Lines of what is no page."""
    return [Line(None, text) for text in texts]
