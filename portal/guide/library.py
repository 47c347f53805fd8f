"""Pages of the guide in ``pages/``: YAML header, then Markdown; read once per process.

Also here: Markdown of the guide: CommonMark without raw HTML, with links to pages, values of settings and generated blocks. Reader of the
guide: which pages of portal and guide they may open, and current settings. The tour at the first sign-in: the first three things to do in
a role, shown until the user dismisses them. Meanings of the portal's words, taken from the glossary page of the guide. A fenced block
whose language is a key of ``blocks`` is replaced by the block generated from its lines. ``page:view_name`` in a link is a page of the
portal, ``other.md#标题`` a section of the guide; a link the reader cannot open is printed as text. A code span ``setting:key`` is the
current value of a setting, ``reading:RULE`` whether the city has confirmed what the portal understands a rule of the policy to say.
"""

import datetime as dt
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import yaml
from django.db import models
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.fragments import written
from greendistrict.policy.citing import policy_of
from greendistrict.policy.parameters import Parameters
from greendistrict.policy.selectors import setting_value
from portal.frame.menu import menu_sections

PAGE, SETTING, READING, GUIDE = "page:", "setting:", "reading:", ".md"
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

    def reading(self, rule: str) -> SafeString:
        """Whether the city has confirmed the portal's reading of a rule, in words."""
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
    if written.startswith(READING):
        reader = env["reader"]
        return reader.reading(written.removeprefix(READING))
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


FOLDER = Path(__file__).resolve().parent / "pages"
FENCE = "---\n"


class GuideGroup(models.TextChoices):
    """Kinds of pages, in the order of the table of contents."""

    PROCEDURE = "procedure", "办事指南"
    WORK = "work", "平台使用"
    SEAT = "seat", "岗位指南"
    ANSWER = "answer", "术语、问答和联系方式"


@dataclass(frozen=True)
class FirstStep:
    """One of the first three things to do in a role: title, a sentence, view name."""

    title: str
    text: str
    view: str


@dataclass(frozen=True)
class GuidePage:
    """A page. ``public``: visitors may read it; ``role`` and ``first`` belong to a role's page."""

    slug: str
    title: str
    summary: str
    group: GuideGroup
    order: int
    public: bool
    role: str
    first: tuple[FirstStep, ...]
    pieces: tuple[Piece, ...]


@cache
def guide_pages() -> tuple[GuidePage, ...]:
    """All pages in the order of the table of contents."""
    found = [_read(path) for path in FOLDER.glob("*.md")]
    return tuple(sorted(found, key=lambda page: (GuideGroup.values.index(page.group), page.order, page.slug)))


def seat_page(role: str) -> GuidePage | None:
    """Page of a role, or None."""
    return next((page for page in guide_pages() if page.role == role), None)


def _read(path: Path) -> GuidePage:
    _, head, text = path.read_text(encoding="utf-8").split(FENCE, 2)
    given = yaml.load(head, Loader=yaml.CSafeLoader)
    return GuidePage(
        slug=path.stem,
        title=given["title"],
        summary=given["summary"],
        group=GuideGroup(given["group"]),
        order=int(given["order"]),
        public=given.get("public", False),
        role=given.get("role", ""),
        first=tuple(FirstStep(*step) for step in given.get("first", ())),
        pieces=pieces_of(text),
    )


# Pages of the portal open to everybody, with and without an account.
OPEN = frozenset(
    {
        *("portal:home", "portal:register", "portal:verify", "portal:public_samples", "portal:public_outages", "portal:guide"),
        *("portal:publicity", "portal:open_data", "portal:published_counts", "accounts:login", "accounts:forgotten"),
        *("portal:public_policy", "portal:public_standards", "api:docs"),
        "beautiful:public_programme",
        "beautiful:public_progress",
        *("outreach:opinions", "outreach:opinion_receipt", "outreach:stories", "outreach:events", "outreach:sign_up_receipt"),
        *("outreach:disclosures", "outreach:disclosure_new", "outreach:disclosure_receipt"),
    }
)


@dataclass(frozen=True)
class GuideReader:
    """A reader: the roles held today (none for a visitor), and whether they are signed in."""

    roles: frozenset[str]
    is_person: bool
    today: dt.date
    settings: Parameters = field(default_factory=Parameters)

    def reads(self, page: GuidePage) -> bool:
        """Whether the reader may read the page; visitors read the public part."""
        return self.is_person or page.public

    def opens(self, view: str) -> bool:
        """Whether a page of the portal is in this reader's menu or open to everybody."""
        return view in OPEN or any(
            entry.roles & self.roles for section in menu_sections() for entry in section.entries if entry.url_name == view
        )

    def address(self, href: str) -> str:
        """URL of a link of the guide; empty if this reader cannot open it."""
        if href.startswith(PAGE):
            view = href.removeprefix(PAGE)
            return reverse(view) if self.opens(view) else ""
        name, _, anchor = href.partition("#")
        if not name:
            return href
        page = next(one for one in guide_pages() if f"{one.slug}{GUIDE}" == name)
        address = reverse("portal:guide_page", args=[page.slug])
        return (f"{address}#{anchor}" if anchor else address) if self.reads(page) else ""

    def setting(self, key: str) -> SafeString:
        """Current value of a setting in words; marked if it is the default."""
        held = self.settings[key]
        return written("portal/guide/blocks/setting.html", value=setting_value(key, held.value), is_default=held.waits)

    def reading(self, rule: str) -> SafeString:
        """Whether the city has confirmed the portal's reading of a rule of the policy in force, in words."""
        return escape(policy_of(self.today).rule(rule).reading_state)


def tour_of(viewer: Viewer) -> dict[str, Any] | None:
    """Page of the user's first role, and its three things with their URLs; None if the tour was dismissed or the user has no role."""
    held = viewer.held
    page = seat_page(held.posts[0].role) if held.posts and not viewer.user.introduced else None
    if page is None:
        return None
    reader = GuideReader(frozenset(held.roles), is_person=True, today=viewer.today)
    return {"page": page, "steps": [(step, reverse(step.view) if reader.opens(step.view) else "") for step in page.first]}


GLOSSARY = "glossary"


def meaning_of(word: str) -> str:
    """Meaning of a word as plain text. Raises ``KeyError`` if the glossary lacks it."""
    return _meanings()[word]


@cache
def _meanings() -> Mapping[str, str]:
    page = next(page for page in guide_pages() if page.slug == GLOSSARY)
    return MappingProxyType(
        {piece.title: " ".join(token.content for token in piece.tokens if token.type == "inline") for piece in page.pieces}
    )
