"""A composition as a Typst document with the same text, tables and drawings, for comparison with WeasyPrint."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.composition.blocks import Block, Chart, Composition, Heading, PageBreak, Pairs, PaperTable, Paragraph, Signature
from reports.composition.charts import alternative, svg_of
from reports.composition.printed import Group, groups_of, lines_of, words_of

HEAD = """
#set document(title: %s)
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "— 1 —")
#set text(font: ("Noto Serif CJK SC", "DejaVu Sans"), size: 16pt, lang: "zh", region: "cn")
#set par(leading: 13pt, justify: true, first-line-indent: (amount: 2em, all: true))
#show heading: set text(size: 16pt, font: ("Noto Sans CJK SC", "DejaVu Sans"), weight: "regular")
#show table: set text(size: 12pt)
#set table(stroke: 0.5pt)
"""
CHILD = Path(__file__).with_name("typst_child.py")
WIDE = "#page(flipped: true, margin: 25mm)["


def seconds_of(composition: Composition, folder: Path) -> tuple[float, int]:
    """Seconds of one compilation by Typst, and the number of pages."""
    source = folder / "paper.typ"
    source.write_text(typst_of(composition), encoding="utf-8")
    done = subprocess.run([sys.executable, str(CHILD), str(source)], capture_output=True, text=True, check=True)  # noqa: S603 -- our own program
    seconds, pages = json.loads(done.stdout)
    return float(seconds), int(pages)


def typst_of(composition: Composition) -> str:
    """Typst source of the document."""
    parts = [HEAD % quoted(composition.title), f"#title({quoted(composition.title)})", *_table(Pairs(composition.cover)), "#outline()"]
    for group in groups_of(composition):
        parts += _group(group)
    return "\n".join(parts)


def quoted(text: str) -> str:
    """A text as a Typst string literal."""
    return json.dumps(text, ensure_ascii=False)


def _group(group: Group) -> Iterator[str]:
    if group.wide:
        yield WIDE
    for block in group.blocks:
        yield from _block(block)
    if group.wide:
        yield "]"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text, level=level):
            yield f"#heading(level: {level}, {quoted(text)})"
        case Paragraph(text=text):
            yield from (f"#par({quoted(line)})" for line in lines_of(text))
        case Pairs() | PaperTable():
            yield from _table(block)
        case Chart():
            drawing = f"image(bytes({quoted(svg_of(block))}), alt: {quoted(alternative(block))}, height: 62mm)"
            yield f"#figure({drawing}, caption: {quoted(block.caption)}, numbering: none)"
        case Signature(lines=lines):
            yield from (f"#align(right, {quoted(line)})" for line in lines)
        case PageBreak():
            yield "#pagebreak(weak: true)"


def _table(block: Pairs | PaperTable) -> Iterator[str]:
    if isinstance(block, Pairs):
        cells = ", ".join(quoted(text) for name, value in block.rows for text in (name, words_of(value)))
        yield f"#table(columns: (42mm, 1fr), {cells})"
    elif not block.rows:
        yield f"#par({quoted(block.empty)})"
    else:
        widths = ", ".join(f"{column.width}mm" if column.width else "1fr" for column in block.columns)
        head = ", ".join(quoted(column.head) for column in block.columns)
        lines = [*block.rows, *([block.total] if block.total else [])]
        cells = ", ".join(quoted(words_of(value, column)) for row in lines for value, column in zip(row, block.columns, strict=True))
        yield f"#align(center, {quoted(block.caption)})"
        yield f"#table(columns: ({widths}), table.header({head}), {cells})"
        if block.note:
            yield f"#par({quoted(block.note)})"
