"""Parses a page template into a tree of elements, blocks and leaves, and writes it back unchanged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from greendistrict.core.loader import PIECE, joined

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# Elements that begin and end a line, on the screen as in the source.
LINES = frozenset(
    "address article aside blockquote body caption col colgroup dd details div dl dt fieldset figcaption figure footer form "  # noqa: SIM905
    "h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup option p script section select style summary "
    "table tbody td tfoot thead title tr ul".split()
)
BRANCHES = frozenset({"elif", "else", "empty", "title", "body", "rows", "foot"})
_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
_WORD = re.compile(r"\{%\s*(\w+)")
_ENDS = re.compile(r"\{%\s*end(\w+)")


@dataclass(frozen=True)
class Leaf:
    """Text or one tag. ``kind``: text, template, tag, kept or comment."""

    text: str
    kind: str = "text"


@dataclass
class Element:
    """An HTML element whose two tags stand in the same branch of the template."""

    head: str
    inside: "list[Node]"
    foot: str


@dataclass
class Block:
    """A template tag with an end: ``if`` with its branches, ``for``, ``block``, ``with`` …; each branch is its tag and what follows."""

    branches: "list[tuple[str, list[Node]]]" = field(default_factory=list)
    foot: str = ""


Node: TypeAlias = Leaf | Element | Block


def name_of(tag: str) -> str:
    """Name of an HTML tag; "" where a template makes it."""
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def word_of(tag: str) -> str:
    """First word of a template tag; "" for a value."""
    found = _WORD.match(tag)
    return found[1] if found else ""


def written(nodes: "list[Node]") -> str:
    """The source of ``nodes``, on one line but for comments."""
    return "".join(_written(node) for node in nodes)


def _written(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.text
    if isinstance(node, Element):
        return node.head + written(node.inside) + node.foot
    return "".join(head + written(inside) for head, inside in node.branches) + node.foot


def tree(source: str) -> "list[Node]":
    """The parts of ``source``. Raises ``ValueError`` where a template tag has no end."""
    line = joined(source)
    blocks = frozenset(_ENDS.findall(line))
    leaves = _leaves(line)
    nodes, foot = _blocks(leaves, blocks)
    if foot:
        msg = f"{foot} ends nothing"
        raise ValueError(msg)
    return _elements(nodes)


def _leaves(line: str) -> Iterator[Leaf]:
    """Pieces in their order. A value counts as text: it stands in the middle of sentences."""
    at = 0
    for match in PIECE.finditer(line):
        if match.start() > at:
            yield Leaf(line[at : match.start()])
        yield Leaf(match[0], next(kind for kind in ("comment", "kept", "template", "tag", "line") if match[kind]))
        at = match.end()
    if at < len(line):
        yield Leaf(line[at:])


def _blocks(leaves: Iterator[Leaf], blocks: frozenset[str]) -> "tuple[list[Node], str]":
    """Nodes up to the next branch or end tag of the block they stand in, and that tag."""
    nodes: list[Node] = []
    for leaf in leaves:
        word = word_of(leaf.text) if leaf.kind == "template" else ""
        if word in BRANCHES or word.startswith("end"):
            return nodes, leaf.text
        nodes.append(_block(leaf.text, leaves, blocks) if word in blocks else leaf)
    return nodes, ""


def _block(head: str, leaves: Iterator[Leaf], blocks: frozenset[str]) -> Block:
    block = Block()
    while head and not word_of(head).startswith("end"):
        inside, foot = _blocks(leaves, blocks)
        block.branches.append((head, _elements(inside)))
        head = foot
    if not head:
        msg = f"{block.branches[0][0]} has no end"
        raise ValueError(msg)
    block.foot = head
    return block


def _elements(nodes: "list[Node]") -> "list[Node]":
    """``nodes`` with each pair of tags that belong together made one element."""
    found: list[Node] = []
    begun: list[tuple[str, int]] = []  # names of open tags and their places in ``found``
    for node in nodes:
        found.append(node)
        if not isinstance(node, Leaf) or node.kind != "tag" or node.text.endswith("/>"):
            continue
        name = name_of(node.text)
        if not node.text.startswith("</"):
            if name and name not in VOID:
                begun.append((name, len(found) - 1))
        elif places := [place for other, place in begun if other == name]:
            place = places[-1]
            begun = [one for one in begun if one[1] < place]
            found[place:] = [Element(_written(found[place]), found[place + 1 : -1], node.text)]
    return found
