"""Template tags of components: card, table, line of a definition list, compared values."""

import re
from collections.abc import Mapping
from typing import Any

from django.template import Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

# ``id`` names the title, and the card by it; ``anchor`` is that of the card; ``note`` stands beside the title; ``extra`` are more classes;
# ``inside`` are the classes of a block around all that the card holds.
CARD = {"title": "", "id": "", "anchor": "", "note": None, "extra": "", "inside": ""}
# ``shown`` are the classes of a caption that is to be seen. ``alone``: not in a card; ``turn``: a block a row on a phone, ``said``: its
# cells say the words of their heads without a script as well, for pages of the public; ``plain``: in a card, without lines of its own;
# ``css`` are more classes. ``groups``: the rows bring their own ``<tbody>``, one a group. ``wrap`` are more classes of the block around the
# table, ``label`` its name where it is moved sideways by keys; ``bare``: no such block.
TABLE: Mapping[str, object] = {
    **dict.fromkeys(("caption", "shown", "css", "wrap", "label"), ""),
    **dict.fromkeys(("alone", "turn", "said", "groups", "bare"), False),
    "plain": True,
}
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
CELL = re.compile(r"<(tr|td|th)\b([^>]*)>")
SPAN = re.compile(r"\bcolspan=[\"']?(\d+)")
UNSAID = re.compile(r"\bgd-state\b|\bcolspan=")


class ComponentNode(Node):
    """A component with its options and the parts written on the page."""

    def __init__(self, template: str, options: dict[str, FilterExpression], defaults: Mapping[str, object], **parts: NodeList) -> None:
        self.template, self.options, self.defaults = template, options, defaults
        self.child_nodelists = tuple(parts)
        vars(self).update(parts)

    def render(self, context: Context) -> SafeString:
        """Render the component with the parts of the page."""
        options = {name: value.resolve(context) for name, value in self.options.items()}
        parts = {name: vars(self)[name].render(context) for name in self.child_nodelists}
        with context.push(**{**self.defaults, **options, **parts}):
            return Engine.get_default().get_template(self.template).render(context)


class TableNode(ComponentNode):
    """A table whose cells may repeat the text of their column heads."""

    def render(self, context: Context) -> SafeString:
        """Render the table with the parts of the page."""
        found = super().render(context)
        said = self.options.get("said")
        return heads_said(found) if said is not None and said.resolve(context) else found


def heads_said(table: str) -> SafeString:
    """Table mark-up with the column head added to each cell, like ``shell.js`` does; not for first, state and wide cells."""
    top, mark, body = table.partition("</thead>")
    words = [" ".join(strip_tags(one).split()).replace('"', "&quot;") for one in HEAD.findall(top)]
    place = 0

    def told(cell: re.Match[str]) -> str:
        nonlocal place
        kind, marks = cell.groups()
        at, span = place, SPAN.search(marks)
        place = 0 if kind == "tr" else at + (int(span[1]) if span else 1)
        unsaid = kind != "td" or not 0 < at < len(words) or not words[at] or UNSAID.search(marks)
        return cell[0] if unsaid else f'<td{marks} data-head="{words[at]}">'

    return mark_safe(f"{top}{mark}{CELL.sub(told, body)}")  # noqa: S308 -- words and cells as the page escaped them


def card(parser: Parser, token: Token) -> ComponentNode:
    """``{% card title id="…" … %}…{% endcard %}``; content before ``{% body %}``, if present, goes into the head of the card.

    A title with mark-up is written before ``{% title %}`` instead of as an option.
    """
    options, parts = _options(parser, token, CARD), {}
    first = parser.parse(("title", "body", "endcard"))
    if (end := parser.next_token().contents) == "title":
        parts["title"], first = first, parser.parse(("body", "endcard"))
        end = parser.next_token().contents
    beside, content = (NodeList(), first) if end == "endcard" else (first, _rest(parser, "endcard"))
    return ComponentNode("components/card.html", options, CARD, **parts, beside=beside, content=content)


def table(parser: Parser, token: Token) -> ComponentNode:
    """``{% table caption … %}`` heads ``{% rows %}`` rows ``{% foot %}`` sums ``{% endtable %}``; the sums are optional."""
    options = _options(parser, token, TABLE)
    heads = _rest(parser, "rows")
    rows = parser.parse(("foot", "endtable"))
    foot = _rest(parser, "endtable") if parser.next_token().contents == "foot" else NodeList()
    return TableNode("components/table.html", options, TABLE, heads=heads, rows=rows, foot=foot)


def term(label: Any, value: Any, *, when: Any = True, css: str = "") -> dict[str, Any]:
    """Line of a ``<dl>``; renders nothing if ``when`` is false."""
    return {"label": label, "value": value, "when": when, "css": css}


def compared(before: Any, after: Any, *, empty: str = "", mark: bool = False) -> dict[str, Any]:
    """Two cells with the values before and after (or of two sides); ``empty`` replaces a missing value, ``mark`` highlights a new one.

    The word for a missing value before stays in one line, in however narrow a column.
    """
    return {"before": before or empty, "after": after or empty, "mark": mark, "is_missing": not before}


def _rest(parser: Parser, end: str) -> NodeList:
    """Template nodes before the tag ``end``."""
    found = parser.parse((end,))
    parser.delete_first_token()
    return found


def _options(parser: Parser, token: Token, known: Mapping[str, object]) -> dict[str, FilterExpression]:
    """Options of a tag: the first word is the first option, all others are named."""
    name, *words = token.split_contents()
    first = {next(iter(known)): parser.compile_filter(words.pop(0))} if words and "=" not in words[0].partition('"')[0] else {}
    options = first | token_kwargs(words, parser)
    if words or options.keys() - known.keys():
        msg = f"{name} does not know {words or sorted(options.keys() - known.keys())}"
        raise TemplateSyntaxError(msg)
    return options
