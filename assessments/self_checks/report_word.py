"""The report edited in Word: identification stored in the document, its sections, and how each differs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise

from assessments.self_checks.report import KEYS, LONGEST, SECTIONS, ReportSection, TextChange, TextPart, differences
from greendistrict.core.folded_keys import folded
from greendistrict.core.layout_text import LayoutBlock, LayoutKind, layout_blocks, layout_text, readable_text, tidied
from greendistrict.documents.office.word_text import WordBlock

MARK = re.compile(r"gd-report (\d+)((?: \w+=[0-9a-f]{12})*)")
NUMBER = re.compile(r"(?:第?\(?[一二三四五六七八九十\d]+\)?(?:章|节|部分)?[、.:]?)+")  # Word's own before one that was typed
MOST = 40  # characters of what was not recognised that are shown


def mark_of(check: int, texts: Mapping[str, str]) -> str:
    """Text stored in the document: key of the self-check, and digests of the texts it was made from."""
    digests = "".join(f" {key}={digest_of(texts.get(key, ''))}" for key in KEYS)
    return f"gd-report {check}{digests}"


def digest_of(text: str) -> str:
    """Digest of a text that ignores differences of spaces and empty lines."""
    return sha256(layout_text(layout_blocks(text)).encode()).hexdigest()[:12]


def read_mark(keywords: str) -> tuple[int, dict[str, str]] | None:
    """Key of the self-check and digests of the texts; None for a document not made here or without its mark."""
    found = MARK.search(keywords)
    return (int(found[1]), dict(pair.split("=") for pair in found[2].split())) if found else None


class Fate(StrEnum):
    """What a document does to a section."""

    SAME = "same"
    CHANGED = "changed"
    BOTH = "both"
    MIXED = "mixed"
    KEPT = "kept"
    EMPTY = "empty"
    LONG = "long"
    MISSING = "missing"


WORDS = {
    Fate.SAME: "没有改动",
    Fate.CHANGED: "有改动",
    Fate.BOTH: "两边都改过",
    Fate.MIXED: "可能混入下一节",
    Fate.KEPT: "平台上较新",
    Fate.EMPTY: "文件中是空的",
    Fate.LONG: "超过字数",
    Fate.MISSING: "文件中没有这一节",
}
COLOURS = {
    Fate.SAME: "grey",
    Fate.MIXED: "amber",
    Fate.CHANGED: "green",
    Fate.BOTH: "amber",
    Fate.KEPT: "amber",
    Fate.EMPTY: "amber",
    Fate.LONG: "red",
    Fate.MISSING: "amber",
}
SAYS = {
    Fate.MIXED: "文件中找不到下一节的标题，那一节的文字可能接在这里，请核对。",
    Fate.BOTH: "导出以后平台上的这一节也改过，采用文件会换掉平台上的改动。",
    Fate.KEPT: "文件里的这一节和导出时一样，平台上后来改过，不采用文件就保留平台上的文字。",
    Fate.EMPTY: "采用文件会清空这一节。",
    Fate.MISSING: "平台上的文字不变。",
}
OFFERED = {Fate.CHANGED, Fate.BOTH, Fate.MIXED, Fate.KEPT, Fate.EMPTY}


@dataclass(frozen=True)
class ReturnedSection:
    """A section as found in the document, with the stored text."""

    section: ReportSection
    fate: Fate
    text: str = ""
    parts: list[TextPart] = field(default_factory=list)
    lost: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """Short word for what happened to the section."""
        return WORDS[self.fate]

    @property
    def colour(self) -> str:
        """Colour of that word."""
        return COLOURS[self.fate]

    @property
    def says(self) -> str:
        """Effect of accepting the section, in words."""
        return f"文件中有{len(self.text)}字，最多{LONGEST}字，请精简后重新上传。" if self.fate is Fate.LONG else SAYS.get(self.fate, "")

    @property
    def is_layout_alone(self) -> bool:
        """Whether only the layout differs."""
        return bool(self.parts) and all(part.change is TextChange.SAME for part in self.parts)

    @property
    def offered(self) -> bool:
        """Whether the section can be accepted."""
        return self.fate in OFFERED

    @property
    def chosen(self) -> bool:
        """Whether it is accepted by default: only if no text would be lost."""
        return self.fate is Fate.CHANGED

    @property
    def blocks(self) -> list[LayoutBlock]:
        """The text as layout blocks, as readers would see it."""
        return layout_blocks(self.text)


@dataclass(frozen=True)
class ReturnedReport:
    """What a document would do to the report: each section, and text that belongs to no section."""

    sections: list[ReturnedSection]
    strange: list[str]
    lost: tuple[str, ...] = ()
    marked: bool = True

    @property
    def offers(self) -> list[ReturnedSection]:
        """Sections that can be accepted."""
        return [one for one in self.sections if one.offered]

    @property
    def same(self) -> list[ReturnedSection]:
        """Sections without any difference."""
        return [one for one in self.sections if one.fate is Fate.SAME and not one.lost]

    @property
    def told(self) -> list[ReturnedSection]:
        """All other sections."""
        return [one for one in self.sections if one not in self.same]

    @property
    def recognised(self) -> bool:
        """Whether the document is a report at all."""
        return any(one.fate is not Fate.MISSING for one in self.sections)


def _bare(title: str) -> str:
    bare = folded(title)
    number = NUMBER.match(bare)
    return bare[number.end() if number else 0 :].rstrip(":。")


NUMBERED = {folded(section.title) for section in SECTIONS}
TITLES = {_bare(section.title): section.key for section in SECTIONS}


@dataclass
class _FoundSection:
    """Blocks below a heading."""

    title: str
    blocks: list[LayoutBlock] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def _parted(blocks: Iterable[WordBlock]) -> Iterator[tuple[str | None, _FoundSection]]:
    """Blocks before the first section (key None) and below each first-level heading; key ``""`` for an unknown heading."""
    key: str | None = None
    found = _FoundSection("")
    for read in blocks:
        title = "".join(read.block.lines) if read.block.kind in {LayoutKind.HEADING, LayoutKind.PARAGRAPH} else ""
        known = TITLES.get(_bare(title), "") if read.level or folded(title).rstrip(":。") in NUMBERED else ""
        if known or read.level == 1:
            yield key, found
            key, found = known, _FoundSection(title)
        else:
            found.blocks.append(read.block)
        found.lost += [word for word in read.lost if word not in found.lost]
    yield key, found


def returned(blocks: Iterable[WordBlock], stored: Mapping[str, str], made_from: Mapping[str, str] | None) -> ReturnedReport:
    """Compare a document with the stored texts; ``made_from`` are digests of the texts from which it was made."""
    found, strange, lost = dict[str, _FoundSection](), list[str](), list[str]()
    for key, part in _parted(blocks):
        if key:
            above = found.setdefault(key, _FoundSection(part.title))
            above.blocks += part.blocks
            above.lost += part.lost
        else:
            words = " ".join(filter(None, (part.title, *(block.words for block in tidied(part.blocks)))))
            strange += [f"{words[:MOST]}…" if len(words) > MOST else words] if words else []
            lost += part.lost
    sections = [_returned(one, found.get(one.key), stored.get(one.key, ""), made_from) for one in SECTIONS]
    for at, (one, following) in enumerate(pairwise(sections)):
        if one.fate is Fate.CHANGED and following.fate is Fate.MISSING:
            sections[at] = replace(one, fate=Fate.MIXED)
    return ReturnedReport(sections, strange, tuple(dict.fromkeys(lost)), marked=made_from is not None)


def _returned(section: ReportSection, found: _FoundSection | None, stored: str, made_from: Mapping[str, str] | None) -> ReturnedSection:
    if found is None:
        return ReturnedSection(section, Fate.MISSING)
    lost, blocks = tuple(dict.fromkeys(found.lost)), tidied(found.blocks)
    was = tidied(layout_blocks(stored))
    if blocks == was:
        return ReturnedSection(section, Fate.SAME, stored, lost=lost)
    text = _with_gaps(layout_text(blocks), stored)
    before = (made_from or {}).get(section.key, digest_of(stored))
    if len(text) > LONGEST:
        fate = Fate.LONG
    elif before == digest_of(text):
        fate = Fate.KEPT
    elif not text:
        fate = Fate.EMPTY
    else:
        fate = Fate.CHANGED if before == digest_of(stored) else Fate.BOTH
    return ReturnedSection(section, fate, text, _shown(stored, text), lost)


def _shown(stored: str, text: str) -> list[TextPart]:
    """Differences in the words that readers see."""
    return differences(readable_text(layout_text(layout_blocks(stored))), readable_text(text))


def again(texts: Mapping[str, str], seen: Mapping[str, str], stored: Mapping[str, str]) -> ReturnedReport:
    """Compare the previewed texts with those stored now; ``seen`` are digests of the texts stored at the preview."""
    sections = [
        ReturnedSection(
            one,
            Fate.CHANGED if seen[one.key] == digest_of(stored.get(one.key, "")) else Fate.BOTH,
            texts[one.key],
            _shown(stored.get(one.key, ""), texts[one.key]),
        )
        for one in SECTIONS
        if one.key in texts
    ]
    return ReturnedReport(sections, [])


def _with_gaps(text: str, stored: str) -> str:
    """Add empty lines between paragraphs (which Word does not keep) where the stored text had them."""
    paragraphs = [block for block in layout_blocks(stored) if block.kind == LayoutKind.PARAGRAPH]
    ends = {block.lines[-1].strip() for block in paragraphs}
    before, lines = layout_text(layout_blocks(stored)).split("\n"), text.split("\n")
    gaps = {
        at
        for change, start, end, at, to in SequenceMatcher(None, before, lines).get_opcodes()
        for number, at in zip(range(start, end), range(at, to), strict=False)
        if change in {"equal", "replace"} and before[number].strip() in ends
    }
    following = [*lines[1:], ""]
    return "\n".join(f"{line}\n" if following[at] and at in gaps else line for at, line in enumerate(lines))
