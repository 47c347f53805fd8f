"""Text with a little layout: headings, lists and tables written as in Markdown, everything else as it was typed.

Nothing inside a line has a meaning, and there is no HTML: a text that was typed without layout reads as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("zero").enable(["heading", "list", "table"])


class LayoutKind(StrEnum):
    """Kinds of blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    TABLE = "table"


LISTS = {"bullet_list_open": LayoutKind.BULLETS, "ordered_list_open": LayoutKind.NUMBERS}
LIST_ENDS = {"bullet_list_close", "ordered_list_close"}


@dataclass(frozen=True)
class LayoutBlock:
    """A block: lines of a paragraph, items of a list (numbered from ``first``), or head and rows of a table."""

    kind: LayoutKind
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    first: int = 1

    @property
    def words(self) -> str:
        """Its text without layout."""
        cells = [" ".join(row) for row in (self.head, *self.rows) if row]
        return " ".join([*self.lines, *cells])


def layout_blocks(text: str) -> list[LayoutBlock]:
    """Blocks of a text in their order."""
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
            found.append(LayoutBlock(LayoutKind.PARAGRAPH, tuple(inside[0].content.split("\n"))))
        place = end + 1
    return found


def plain_words(text: str) -> str:
    """The text without its layout."""
    return "\n".join(block.words for block in layout_blocks(text))


def _end(tokens: Sequence[Token], place: int) -> int:
    """Where the block that begins at ``place`` ends."""
    depth = 0
    for number, token in enumerate(tokens[place:], start=place):
        depth += token.nesting
        if depth == 0:
            return number
    return len(tokens) - 1


def _items(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Items of a list; those of a list inside it follow their own, set in."""
    items: list[str] = []
    depth = 0
    for token in tokens:
        if token.type == "list_item_open":
            items.append("　" * depth)
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
