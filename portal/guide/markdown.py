"""Markdown of the guide: CommonMark without raw HTML, with links to pages, values of settings and generated blocks.

A fenced block whose language is a key of ``blocks`` is replaced by the block generated from its lines. ``page:view_name`` in a link is a
page of the portal, ``other.md#标题`` a section of the guide; a link the reader cannot open is printed as text. A code span ``setting:key``
is the current value of a setting.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

PAGE, SETTING, GUIDE = "page:", "setting:", ".md"
Env = MutableMapping[str, Any]
Block = Callable[[list[str], Any], SafeString]


class LinkReader(Protocol):
    """Protocol of a reader: link targets and values of settings."""

    def address(self, href: str) -> str:
        """URL of a link; empty if the reader cannot open it."""
        ...

    def setting(self, key: str) -> SafeString:
        """Current value of a setting with its mark."""
        ...


@dataclass(frozen=True)
class Piece:
    """A parsed section: its heading (empty above the first one) and its tokens."""

    title: str
    tokens: tuple[Token, ...]


def _link_open(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: Env) -> str:
    reader: LinkReader = env["reader"]
    address = reader.address(str(tokens[place].attrs["href"]))
    env["plain"].append(not address)
    changed = tokens[place].copy(attrs={"href": address}) if address else tokens[place].copy(tag="span", attrs={})
    return renderer.renderToken([changed], 0, options, env)


def _link_close(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: Env) -> str:
    changed = tokens[place].copy(tag="span") if env["plain"].pop() else tokens[place]
    return renderer.renderToken([changed], 0, options, env)


def _code(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: Env) -> str:
    written = tokens[place].content
    if written.startswith(SETTING):
        reader: LinkReader = env["reader"]
        return reader.setting(written.removeprefix(SETTING))
    return renderer.code_inline(tokens, place, options, env)


def _fence(_renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: OptionsDict, env: Env) -> str:
    lines = [line.strip() for line in tokens[place].content.splitlines() if line.strip()]
    block: Block = env["blocks"][tokens[place].info.strip()]
    return block(lines, env["reader"])


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    for name, rule in (("link_open", _link_open), ("link_close", _link_close), ("code_inline", _code), ("fence", _fence)):
        parser.add_render_rule(name, rule)
    return parser


PARSER = _parser()


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text split at second-level headings."""
    found: list[tuple[str, list[Token]]] = [("", [])]
    tokens = iter(PARSER.parse(text))
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            found.append((next(tokens).content, []))
            next(tokens)  # its end
        else:
            found[-1][1].append(token)
    return tuple(Piece(title, tuple(inside)) for title, inside in found if title or inside)


def rendered(piece: Piece, reader: LinkReader, blocks: Mapping[str, Block]) -> SafeString:
    """A section as HTML for this reader; the parser escapes all text, and raw HTML is disabled."""
    env = {"reader": reader, "blocks": blocks, "plain": []}
    written: str = PARSER.renderer.render(piece.tokens, PARSER.options, env)
    return SafeString(written)
