"""Formats the page templates.

``format_templates.py [--check] [FOLDER OR FILE …]``: ``--check`` lists unformatted templates and exits 1. Formatting does not change pages:
the loader (``greendistrict/core/loader.py``) removes line breaks with their indentation, and a template whose page would change is
refused. General HTML formatters do not know this loader: they break lines at spaces, which it would remove.
"""

import argparse
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from greendistrict.core.loader import PIECE, SPACE, joined  # noqa: E402 -- needs the path above
from scripts.template_tree import LINES, Block, Element, Leaf, Node, name_of, tree, word_of, written  # noqa: E402

WIDTH = 120
LIMIT = 160  # for unbreakable lines, such as long text in a template tag
LEAST = 60  # minimum width of a line at any indentation
STEP = "  "
ALONE = frozenset({"extends", "load", "term"})
_TEMPLATE = r"\{%.*?%\}|\{\{.*?\}\}"
# Positions where a text may be broken: after Chinese punctuation, after a space, beside a template tag.
_ATOM = re.compile(rf"{_TEMPLATE}|&#?\w+;|(?:(?!\{{%|\{{\{{|&#?\w+;)[^，。；：、！？　 ,])*[，。；：、！？　）”」,]*[ ]*", re.DOTALL)
_QUOTED = rf""""(?:{_TEMPLATE}|[^"])*"|'(?:{_TEMPLATE}|[^'])*'"""
_ATTRIBUTE = re.compile(rf"(?:{_TEMPLATE}|{_QUOTED}|[^ \n])+", re.DOTALL)
_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|[^ \n"'])+""")
_HEAD = re.compile(rf"<(?:{_TEMPLATE}|{_QUOTED}|[^>])*>", re.DOTALL)


def formatted(source: str) -> str:
    """``source`` formatted. Raises ``ValueError`` if a template tag has no end."""
    return "\n".join(_lines(tree(source), "")) + "\n"


def same(left: str, right: str) -> bool:
    """Whether two templates produce the same page."""
    return _without_comments(left) == _without_comments(right)


def _without_comments(source: str) -> str:
    return joined(PIECE.sub(lambda piece: "" if piece[0].startswith("{%") and piece["comment"] else piece[0], source))


# --- what takes a line of its own ---------------------------------------------------------------------------------------


def _inside(node: Node) -> list[Node]:
    """Children of ``node``."""
    if isinstance(node, Leaf):
        return []
    return node.inside if isinstance(node, Element) else [child for _head, nodes in node.branches for child in nodes]


def _has_own_line(node: Node) -> bool:
    """Whether ``node`` must be alone on its line."""
    if isinstance(node, Element):
        return name_of(node.head) in LINES or any(map(_has_own_line, node.inside))
    if isinstance(node, Block):
        return word_of(node.branches[0][0]) == "block" or any(map(_has_own_line, _inside(node)))
    if node.kind == "tag":
        return name_of(node.text) in LINES
    return node.kind == "comment" or word_of(node.text) in ALONE or node.text.startswith("<!doctype") or "\n" in node.text


def _own_lines(node: Node) -> int:
    """Number of elements in ``node`` with lines of their own, including itself."""
    if isinstance(node, Leaf):
        return _has_own_line(node)
    return sum(map(_own_lines, _inside(node))) + (isinstance(node, Element) and name_of(node.head) in LINES)


def _is_short(node: Node, room: int) -> bool:
    """Whether ``node`` is more readable on one line."""
    text = written([node])
    return len(text) <= room and "\n" not in text and _own_lines(node) <= (not isinstance(node, Element) or name_of(node.head) in LINES)


# --- lines -------------------------------------------------------------------------------------------------------------


def _lines(nodes: Iterable[Node], indent: str) -> Iterator[str]:
    """Lines of ``nodes``: text is filled; nodes that are too long or not part of a sentence start a new line."""
    room = max(WIDTH - len(indent), LEAST)
    line = ""
    for node in _split(nodes, room):
        text, short, alone = written([node]), _is_short(node, room), _has_own_line(node)
        if line and (alone or not short or len(line) + len(text) > room):
            yield indent + _kept_spaces(line)
            line = ""
        if not short:
            yield from _broken(node, indent)
        elif alone:
            yield indent + _kept_spaces(text)
        else:
            line += text
    if line:
        yield indent + _kept_spaces(line)


def _split(nodes: Iterable[Node], room: int) -> Iterator[Node]:
    """``nodes`` with long texts split into pieces."""
    for node in nodes:
        if isinstance(node, Leaf) and node.kind == "text" and len(node.text) > room:
            yield from (Leaf(piece) for piece in _ATOM.findall(node.text) if piece)
        else:
            yield node


def _kept_spaces(line: str) -> str:
    """``line`` with leading and trailing spaces written so that the loader keeps them."""
    middle = line.strip(" ")
    before = len(line) - len(line.lstrip(" ")) if middle else 0
    return SPACE * before + middle + SPACE * (len(line) - len(middle) - before)


def _broken(node: Node, indent: str) -> Iterator[str]:
    """``node`` on several lines."""
    if isinstance(node, Leaf):
        yield from _broken_leaf(node, indent)
    elif isinstance(node, Element):
        head = list(_tag(node.head, indent))
        if node.inside:
            yield from [*head, *_lines(node.inside, indent + STEP), indent + node.foot]
        else:
            yield from [*head[:-1], head[-1] + node.foot]
    else:
        for head_text, inside in node.branches:
            yield from _tag(head_text, indent)
            yield from _lines(inside, indent + STEP)
        yield indent + node.foot


def _broken_leaf(leaf: Leaf, indent: str) -> Iterator[str]:
    if leaf.kind == "comment":
        yield from _comment(leaf.text, indent)
    elif leaf.kind == "kept":
        head, rest = _HEAD.findall(leaf.text)[0], _HEAD.sub("", leaf.text, count=1)
        *lines, last = _tag(head, indent)
        yield from lines
        yield from _filled(_kept_parts(last.strip(), rest), indent if not lines else indent + 2 * STEP, max(WIDTH - len(indent), LEAST))
    else:
        yield from _tag(leaf.text, indent)


def _kept_parts(head: str, rest: str) -> list[tuple[str, str]]:
    """Parts of elements such as ``textarea``, whose content must not change: lines may break only inside template tags."""
    parts = [(head, " ")]
    for text in re.split(f"({_TEMPLATE})", rest, flags=re.DOTALL):
        first, *words = _WORD.findall(text) if text.startswith("{") else [text]
        parts[-1] = (parts[-1][0] + first, parts[-1][1])
        parts += [(word, " ") for word in words]
    return parts


def _comment(text: str, indent: str) -> Iterator[str]:
    """A comment: its lines are kept, long ones are wrapped."""
    head, body, foot = re.fullmatch(r"(\{%.*?%\}|<!--)(.*)(\{%.*?%\}|-->)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    yield indent + head
    for line in textwrap.dedent(body.strip("\n")).rstrip().split("\n"):
        further = indent + " " * (len(line) - len(line.lstrip()))
        wrapper = textwrap.TextWrapper(WIDTH, indent, further, break_long_words=False, break_on_hyphens=False)
        yield from wrapper.wrap(line) if len(indent + line) > LIMIT else [(indent + line).rstrip()]
    yield indent + foot


# --- tags --------------------------------------------------------------------------------------------------------------


def _tag(text: str, indent: str) -> Iterator[str]:
    """An HTML or template tag on as few lines as possible."""
    room = max(WIDTH - len(indent), LEAST)
    if len(text) <= room:
        yield indent + text
        return
    parts = [piece for part in (_ATTRIBUTE if text.startswith("<") else _WORD).findall(text) for piece in _pieces(part, room)]
    yield from _filled(parts, indent, room)


def _pieces(part: str, room: int) -> list[tuple[str, str]]:
    """A part with the separator before it; a long value is split into pieces without separators."""
    if len(part) <= room or part.startswith("{%"):
        return [(part, " ")]
    found: list[tuple[str, str]] = []
    quote = ""
    for atom in filter(None, _ATOM.findall(part)):
        if found and quote:
            found.append((atom, ""))
        elif found:
            found[-1] = (found[-1][0] + atom, found[-1][1])
        else:
            found.append((atom, " "))
        if not atom.startswith("{"):
            for sign in re.findall("[\"']", atom):
                quote = "" if quote == sign else quote or sign
    return found


def _filled(parts: list[tuple[str, str]], indent: str, room: int) -> Iterator[str]:
    """Fill lines with parts; all lines but the first are indented."""
    line, begin = "", indent
    for part, between in parts:
        if line and len(line) + len(between) + len(part) > room:
            yield begin + (line if between else _kept_spaces(line))
            line, begin = part if between else _kept_spaces(part), indent + 2 * STEP
        else:
            line += between * bool(line) + part
    yield begin + line


# --- files -------------------------------------------------------------------------------------------------------------


def pages(places: Iterable[Path]) -> Iterator[Path]:
    """Page templates in the folders and files of ``places``."""
    for place in places:
        yield from sorted(place.rglob("*.html")) if place.is_dir() else [place]


def faults(path: Path, source: str, new: str) -> list[str]:
    """Why ``new`` may not replace ``source``."""
    found = [] if same(source, new) else [f"{path}: the page would change"]
    return found + [f"{path}:{number}: {len(line)} characters" for number, line in enumerate(new.split("\n"), 1) if len(line) > LIMIT]


def main() -> int:
    """Exit code 1 if a template is not formatted, or cannot be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only name what would change")
    parser.add_argument("places", nargs="*", type=Path, default=[ROOT / "templates"])
    options = parser.parse_args()
    said: list[str] = []
    for path in pages(options.places):
        source = path.read_text(encoding="utf-8")
        new = formatted(source)
        said += faults(path, source, new)
        if new != source and options.check:
            said.append(f"{path}: run make format")
        elif new != source and same(source, new):
            path.write_text(new, encoding="utf-8")
    print("\n".join(said), end="\n" * bool(said), file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
