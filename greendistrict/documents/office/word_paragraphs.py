"""What a paragraph of a Word document says: its text with formatting, its pictures, and what cannot be taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from greendistrict.core.marked_text import TextRun, stored_line
from greendistrict.documents.office.word_lists import WORD, attribute_of, inner, number_in
from greendistrict.documents.office.word_pictures import ShownPicture, pictures_of, shape_in_words
from greendistrict.documents.office.word_runs import Rise, RunLooks, is_marked, is_on, shown_placed, shown_raised

COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
AROUND = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "hyperlink", "fldSimple", "ruby", "rubyBase", "r", "bdo", "dir"}
REVISIONS = {"ins": "修订（按接受处理）", "del": "修订（按接受处理）", "moveFrom": "修订（按接受处理）", "moveTo": "修订（按接受处理）"}
FORMULA, HIDDEN, SIGN, INSERTED = "公式", "隐藏文字", "特殊符号", "插入的文件"
LOST = {
    "footnoteReference": "脚注", "endnoteReference": "尾注", "commentReference": "批注", "sym": SIGN, "rt": "拼音", "subDoc": INSERTED,
    "altChunk": INSERTED, "contentPart": "手写墨迹",
}  # fmt: skip
SHAPES = {"drawing", "pict", "object"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
DRAWING_FIELDS = {"EQ": FORMULA, "SYMBOL": SIGN}  # which have no result that could be read
FIELD = re.compile(r"\s*([A-Za-z]+)")
PRIVATE, SYMBOLS = re.compile(r"[\ue000-\uf8ff]"), re.compile(r"[\uf000-\uf0ff]")  # the latter are signs of fonts such as Wingdings
TICKED, OPEN = "☑", "☐"


@dataclass
class Collected:
    """Content collected from a paragraph or a cell; ``looks`` are those of the paragraph that is being read."""

    looks: RunLooks = field(default_factory=RunLooks)
    runs: list[TextRun] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)
    raised: list[TextRun] = field(default_factory=list)  # superscript that may go on in the next run
    risen: Rise = Rise.NONE  # how high the first of these is
    instructions: list[bool] = field(default_factory=list)  # of the fields around: whether what is read tells what to show

    @property
    def text(self) -> str:
        """Plain text."""
        return "".join(run.text for run in self.runs)

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines as stored, with formatting marks."""
        rows: list[list[TextRun]] = [[]]
        for run in self.runs:
            first, *more = run.text.split("\n")
            rows[-1].append(replace(run, text=first))
            rows += [[replace(run, text=text)] for text in more]
        return tuple(map(stored_line, rows))

    def reads(self, text: str, look: tuple[bool, bool] = (False, False), *, rise: Rise = Rise.NONE) -> None:
        """Add text with its look (bold, italic); superscript is kept until it ends. What makes up an instruction is shown nowhere."""
        if any(self.instructions):
            return
        if rise:
            self.risen = self.risen or rise
            self.raised.append(TextRun(text, *look))
        elif text:
            self.ends_raised()
            self.runs.append(TextRun(text, *look))

    def turns(self, mark: str) -> None:
        """Note where a field begins, its result, and its end."""
        if mark == "begin":
            self.instructions.append(True)
        elif self.instructions and mark == "separate":
            self.instructions[-1] = False
        elif self.instructions:
            self.instructions.pop()

    def ends_raised(self) -> None:
        """Take over the superscript read so far, as it is meant."""
        if self.raised:
            typed = "".join(run.text for run in self.raised)
            text, said = shown_placed(typed, self.text) if self.risen is Rise.PLACED else shown_raised(typed)
            self.runs += self.raised if text == typed else [replace(self.raised[0], text=text)]
            self.raised, self.risen = [], Rise.NONE
            self.loses(*said)

    def after(self, label: str) -> tuple[str, ...]:
        """Lines, the first one preceded by the label that Word shows."""
        first, *more = self.lines
        return (f"{label}{first}", *more)

    def loses(self, *words: str) -> None:
        """Note what stays behind or how it was taken, each once."""
        self.lost += [word for word in words if word not in self.lost]


def local(element: Any) -> str:
    """Name of an element of Word; empty for another."""
    return element.tag.removeprefix(WORD) if isinstance(element.tag, str) else ""


def chosen(alternatives: Any) -> Any:
    """What is shown of alternative contents: the first, or what is for programs that know none of them."""
    shown = (alternatives.find(f"{COMPATIBLE}{name}") for name in ("Choice", "Fallback"))
    return next((one for one in shown if one is not None), ())


def is_alternative(element: Any) -> bool:
    """Whether an element holds alternative contents."""
    return str(element.tag) == f"{COMPATIBLE}AlternateContent"


def take(element: Any, read: Collected, look: tuple[bool, bool] = (False, False)) -> None:
    """Read the text below an element; ``look`` is that of the run around it."""
    for part in (one for one in element if not is_prompt(one)):
        name = local(part)
        if told := REVISIONS.get(name) or _drawn_field(part.get(f"{WORD}instr") if name == "fldSimple" else ""):
            read.loses(told)
        if name == "t":
            _take_words(part.text or "", element, read, look)
        elif name in SIGNS:
            read.reads(SIGNS[name], look, rise=read.looks.rise(element) if name == "noBreakHyphen" else Rise.NONE)
        elif name == "fldChar":
            read.reads(_state(part), look)
            read.turns(attribute_of(part, "fldCharType"))
        elif name in AROUND and not (name == "r" and read.looks.is_on(part, "vanish")):
            take(part, read, _look(part) if name == "r" else look)
        elif is_alternative(part):
            take(chosen(part), read, look)
        elif name in SHAPES and (shown := pictures_of(part)):
            read.pictures += shown
        elif lost := lost_in(part):
            read.loses(lost)


def _take_words(words: str, run: Any, read: Collected, look: tuple[bool, bool]) -> None:
    read.reads(SYMBOLS.sub("", words), look, rise=read.looks.rise(run))
    read.loses(*read.looks.struck_out(run), *[SIGN] * bool(PRIVATE.search(words)))


def is_prompt(part: Any) -> bool:
    """Whether a content control shows what to type where nobody has typed yet."""
    return inner(part, "sdtPr", "showingPlcHdr") is not None


def _look(run: Any) -> tuple[bool, bool]:
    """Whether a run itself is bold and italic; formatting by its style belongs to headings and tables and is ignored."""
    return is_marked(run, "b"), is_marked(run, "i")


def _state(begin: Any) -> str:
    """What a field of a form shows that has no text of its own: a box or the choice of a list."""
    box, choice = inner(begin, "ffData", "checkBox"), inner(begin, "ffData", "ddList")
    if box is not None:
        mark = inner(box, "checked")
        mark = inner(box, "default") if mark is None else mark
        return TICKED if is_on(mark) else OPEN
    if choice is None:
        return ""
    entries = [attribute_of(entry) for entry in choice.iterfind(f"{WORD}listEntry")]
    place = number_in(attribute_of(inner(choice, "result")), 0)
    return entries[place] if place < len(entries) else ""


def lost_in(part: Any) -> str:
    """Description of a part that is not text; empty if readers cannot see it."""
    name = local(part)
    if str(part.tag).startswith(MATH):
        return FORMULA
    if name in SHAPES:
        return shape_in_words(part)
    if name == "instrText":
        return _drawn_field(part.text)
    return HIDDEN if name in AROUND else LOST.get(name, "")


def _drawn_field(instruction: str | None) -> str:
    """What a field draws that has no text; empty for any other."""
    code = FIELD.match(instruction or "")
    return DRAWING_FIELDS.get(code[1].upper(), "") if code else ""


def below(parent: Any, name: str) -> Iterator[Any]:
    """Rows or cells, including those in content controls and tracked changes."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in AROUND:
            yield from below(element, name)


def rows_of(table: Any, read: Collected) -> Iterator[Any]:
    """Rows of a table that are shown once changes are accepted."""
    for row in below(table, "tr"):
        if inner(row, "trPr", "del") is not None:
            read.loses(REVISIONS["del"])
        elif is_on(inner(row, "trPr", "hidden")):
            read.loses(HIDDEN)
        else:
            yield row


def cells_of(row: Any, read: Collected) -> Iterator[Any]:
    """Cells of a row that are there once changes are accepted."""
    for cell in below(row, "tc"):
        if inner(cell, "tcPr", "cellDel") is not None:
            read.loses(REVISIONS["del"])
        else:
            yield cell


def paragraphs_in(cell: Any, read: Collected) -> Iterator[Any]:
    """Paragraphs of a cell, also of tables within; not those of boxes, which are named as such."""
    for element in cell:
        name = local(element)
        if name == "p":
            yield element
        elif name == "tbl":
            for row in rows_of(element, read):
                for inside in cells_of(row, read):
                    yield from paragraphs_in(inside, read)
        elif name in AROUND and not is_prompt(element):
            yield from paragraphs_in(element, read)
        elif is_alternative(element):
            yield from paragraphs_in(chosen(element), read)
        else:
            read.loses(*filter(None, [REVISIONS.get(name, lost_in(element))]))
