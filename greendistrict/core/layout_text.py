"""Text with simple layout: headings, lists, tables and pictures written as in Markdown; everything else stays as typed.

Within a line only ``<b>`` and ``<i>`` are interpreted (``marked_text``), in paragraphs, list items and table cells. All other HTML is
plain text, so that a text typed without layout is shown unchanged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from greendistrict.core.marked_text import plain_line, tidy_line

PARSER = MarkdownIt("zero").enable(["heading", "list", "table"])


class LayoutKind(StrEnum):
    """Kinds of blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    TABLE = "table"
    PICTURE = "picture"


INSET = "　"  # prefix of an item in a nested list, once per surrounding list
MARKED = re.compile(r"(#{1,6}|[-+*]|\d{1,9}[.)])(\s|$)|\||[-:|\s]*-[-:|\s]*$")  # lines that would begin a block
PICTURE = re.compile(r"!\[([^\[\]]*[^\[\]\s][^\[\]]*)\]\(file:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)")  # only on a line of its own
UNMARKED = {LayoutKind.HEADING, LayoutKind.PICTURE}  # bold and italic are ignored there
LISTS = {"bullet_list_open": LayoutKind.BULLETS, "ordered_list_open": LayoutKind.NUMBERS}
LIST_ENDS = {"bullet_list_close", "ordered_list_close"}


@dataclass(frozen=True)
class LayoutBlock:
    """A block: lines of a paragraph, items of a list (numbered from ``first``), head and rows of a table, caption and file of a picture."""

    kind: LayoutKind
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    first: int = 1
    file: str = ""

    @property
    def numbered(self) -> list[tuple[int | None, str]]:
        """Items of a list with their numbers; items of nested lists have none."""
        numbers = iter(range(self.first, self.first + len(self.lines)))
        return [(None if depth_of(line) else next(numbers), line) for line in self.lines]

    @property
    def words(self) -> str:
        """Text of the block without layout."""
        cells = [*self.head, *(plain_line(cell) for row in self.rows for cell in row)]
        lines = self.lines if self.kind in UNMARKED else map(plain_line, self.lines)
        return " ".join([*lines, *cells])


def layout_blocks(text: str) -> list[LayoutBlock]:
    """Blocks of a text in order."""
    tokens, found, place = PARSER.parse(text), list[LayoutBlock](), 0
    while place < len(tokens):
        token = tokens[place]
        end = _end(tokens, place)
        inside = tokens[place + 1 : end]
        if token.type == "heading_open":
            found.append(LayoutBlock(LayoutKind.HEADING, (inside[0].content,)))
        elif token.type in LISTS:
            found.append(LayoutBlock(LISTS[token.type], _items(inside), first=int(token.attrs.get("start", 1))))
        elif token.type == "table_open":
            head, *rows = _rows(inside)
            found.append(LayoutBlock(LayoutKind.TABLE, head=head, rows=tuple(rows)))
        else:
            found += _paragraphs(inside[0].content.split("\n"))
        place = end + 1
    return found


def _paragraphs(lines: Sequence[str]) -> Iterator[LayoutBlock]:
    """Paragraphs, and the pictures between their lines."""
    for is_picture, some in groupby(lines, lambda line: PICTURE.fullmatch(line.strip()) is not None):
        if is_picture:
            yield from (picture_block(line.strip()) for line in some)
        else:
            yield LayoutBlock(LayoutKind.PARAGRAPH, tuple(some))


def picture_block(line: str) -> LayoutBlock:
    """Picture block of a line that contains a picture."""
    caption, file = PICTURE.fullmatch(line).groups()  # type: ignore[union-attr]  # asked before
    return LayoutBlock(LayoutKind.PICTURE, (caption,), file=file)


def picture_line(caption: str, file: str) -> str:
    """A picture in text form."""
    return f"![{_spaced(caption.replace('[', '［').replace(']', '］'))}](file:{file})"


def plain_words(text: str) -> str:
    """The text without layout."""
    return "\n".join(block.words for block in layout_blocks(text))


def readable_text(text: str) -> str:
    """The text for comparison by readers: table cells separated, marks replaced by words, without bold and italic."""
    return "\n\n".join("\n".join(_readable(block)) for block in layout_blocks(text))


def _readable(block: LayoutBlock) -> Iterator[str]:
    match block.kind:
        case LayoutKind.HEADING:
            yield f"【{block.lines[0]}】"
        case LayoutKind.PICTURE:
            yield f"（图：{block.lines[0]}）"
        case LayoutKind.TABLE:
            yield from ("　｜　".join(plain_line(cell) or "—" for cell in row) for row in (block.head, *block.rows))
        case LayoutKind.BULLETS | LayoutKind.NUMBERS:
            yield from (f"{'·' if number is None else f'{number}.'} {plain_line(line)}" for number, line in _listed(block))
        case LayoutKind.PARAGRAPH:
            yield from map(plain_line, block.lines)


def _listed(block: LayoutBlock) -> Iterable[tuple[int | None, str]]:
    return block.numbered if block.kind == LayoutKind.NUMBERS else [(None, line) for line in block.lines]


def depth_of(item: str) -> int:
    """Number of lists around the list of an item."""
    return len(item) - len(item.lstrip(INSET))


def tidied(blocks: Iterable[LayoutBlock]) -> list[LayoutBlock]:
    """The same blocks without what readers cannot see, such as spaces and empty lines; adjacent paragraphs and lists are merged."""
    found: list[LayoutBlock] = []
    for block in filter(None, map(_tidied, blocks)):
        above = found[-1] if found else None
        if above and above.kind == block.kind and _runs_on(above, block):
            found[-1] = replace(above, lines=above.lines + block.lines)
        else:
            found.append(block)
    return found


def _runs_on(above: LayoutBlock, block: LayoutBlock) -> bool:
    if block.kind == LayoutKind.NUMBERS:
        return block.first == above.first + sum(not depth_of(line) for line in above.lines)
    return block.kind in {LayoutKind.PARAGRAPH, LayoutKind.BULLETS}


def _tidied(block: LayoutBlock) -> LayoutBlock | None:
    if block.kind == LayoutKind.TABLE:
        rows = [tuple(_spaced(tidy_line(cell)) for cell in row) for row in block.rows]
        while rows and not any(rows[-1]):
            rows.pop()
        head = tuple(map(_spaced, block.head))
        return replace(block, head=head, rows=tuple(rows)) if any(head) or rows else None
    if block.kind in LISTS.values():
        items: list[str] = []
        for line in block.lines:
            if words := _spaced(tidy_line(line)):
                items.append(INSET * min(depth_of(line), depth_of(items[-1]) + 1 if items else 0) + words)
        return replace(block, lines=tuple(items)) if items else None
    tidy = _stripped if block.kind == LayoutKind.PARAGRAPH else _spaced
    lines = tuple(line for line in map(tidy, block.lines) if line)
    return replace(block, lines=lines) if lines else None


def _stripped(line: str) -> str:
    return tidy_line(line).strip()


def _spaced(text: str) -> str:
    return " ".join(text.split())


def layout_text(blocks: Iterable[LayoutBlock]) -> str:
    """Text that produces these blocks: ``tidied(layout_blocks(layout_text(blocks))) == tidied(blocks)``."""
    above, parts, turn = None, list[str](), 0
    for block in tidied(blocks):
        turn = 1 - turn if above is not None and above.kind == block.kind else 0  # a different list mark starts a new list
        parts.append("\n".join(_written(block, turn)))
        above = block
    return "\n\n".join(parts)


def _written(block: LayoutBlock, turn: int) -> Iterator[str]:
    match block.kind:
        case LayoutKind.HEADING:
            yield f"## {block.lines[0]}{' ##' if block.lines[0].endswith('#') else ''}"  # Markdown drops # signs at the end of a heading
        case LayoutKind.PICTURE:
            yield picture_line(block.lines[0], block.file)
        case LayoutKind.TABLE:
            yield from map(_row_text, (block.head, ("---",) * len(block.head), *block.rows))
        case LayoutKind.BULLETS | LayoutKind.NUMBERS:
            starts = [0]  # column at which the text of an item begins, for each surrounding list
            for number, line in block.numbered:
                depth = depth_of(line)
                mark = ".)"[turn] if block.kind == LayoutKind.NUMBERS else "-*"[turn]
                mark = "-" if depth else mark if block.kind == LayoutKind.BULLETS else f"{number}{mark}"
                starts[depth + 1 :] = [starts[depth] + len(mark) + 1]
                yield f"{' ' * starts[depth]}{mark} {_unmarked(line.lstrip(INSET))}"
        case LayoutKind.PARAGRAPH:
            yield from map(_unmarked, block.lines)


def _unmarked(line: str) -> str:
    """Indents a line that begins like a mark, so that it is not interpreted as one."""
    return f"{INSET}{line}" if MARKED.match(line) else line


def _row_text(cells: Sequence[str]) -> str:
    inside = " | ".join(cell.replace("|", r"\|") for cell in cells)
    return f"| {inside} |"


def _end(tokens: Sequence[Token], place: int) -> int:
    """Index of the token at which the block beginning at ``place`` ends."""
    depth = 0
    for number, token in enumerate(tokens[place:], start=place):
        depth += token.nesting
        if depth == 0:
            return number
    return len(tokens) - 1


def _items(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Items of a list; items of a nested list follow their parent, indented."""
    items: list[str] = []
    depth = 0
    for token in tokens:
        if token.type == "list_item_open":
            items.append(INSET * depth)
        elif token.type in LISTS:
            depth += 1
        elif token.type in LIST_ENDS:
            depth -= 1
        elif token.type == "inline":
            items[-1] = f"{items[-1]}{' ' if items[-1].strip() else ''}{' '.join(token.content.split())}"
    return tuple(items)


def _rows(tokens: Sequence[Token]) -> list[tuple[str, ...]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    return [tuple(row) for row in rows]
