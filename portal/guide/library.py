"""Pages of the guide in ``pages/``: YAML header, then Markdown; read once per process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.db import models

from portal.guide.markdown import Piece, pieces_of

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
