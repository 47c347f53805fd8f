"""Search over everything a user may see, each kind by the selector that its page uses; of the guide only the titles of its places."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import product

from django.db.models import CharField, Q, Value
from django.urls import reverse
from django.utils.http import urlencode

from approvals.cases.disclosure import seen_outside
from approvals.cases.lifecycle import state_of_kind
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Objection
from approvals.cases.rules import is_city
from approvals.cases.selectors.cases import cases_visible_to
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from districts.common.certainty import stage_text
from districts.file.selectors.visibility import districts_visible_to
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.documents.models import Evidence
from greendistrict.notifications.selectors import notifications_visible_to
from greendistrict.policy.duty_table import DUTY_KINDS, duty_kind
from indicators.editions.models import Clause
from obligations.duties import Obligation
from obligations.selectors import obligations_visible_to, sees_all, urgent_first
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.selectors import events_visible_to
from outreach.opinions.models import PublicOpinion
from outreach.opinions.selectors import opinions_visible_to
from outreach.stories.lifecycle import STORY
from outreach.stories.models import Story
from outreach.stories.selectors import stories_visible_to
from portal.adapters.models import ForeignNumber
from portal.guide.library import GuidePage
from portal.guide.nearest import nearest
from portal.guide.selectors import pages_visible_to, reader_of
from portal.search.selectors.contents import (
    MOST,
    Hit,
    HitGroup,
    SearchedTable,
    actions,
    bodies,
    clauses,
    experts,
    files,
    group,
    is_like,
    matches,
    occupied,
    of_district,
    pages,
    plots,
    projects,
    rules,
    words_of,
    works,
)
from portal.search.selectors.numbers import PLACES as NUMBERED_PLACES
from portal.search.selectors.numbers import numbers, settings
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import found_by, volumes_visible_to

GUIDE = "办事指南"
FEW = 5  # districts up to which each has links of its own


def obligations(viewer: Viewer, text: str) -> HitGroup:
    """Obligations by kind, title and district, urgent ones first.

    They are computed, so users who see those of all districts get links to their list, filtered by district, kind or both.
    """
    if sees_all(viewer.held):
        return group("到期事项", _lists(viewer, words_of(text)))
    today = viewer.today
    rows = obligations_visible_to(viewer)
    found = [row for row in rows if is_like(text, row.title, row.district, row.organisation, duty_kind(row.kind).label)]
    return group("到期事项", (_hit(row, today) for row in urgent_first(found, today)[: MOST + 1]))


def _lists(viewer: Viewer, words: Sequence[str]) -> Iterator[Hit]:
    """Links to the list filtered by each district that the words name, by the kinds that the other words match, or both."""
    named = _named(viewer, words)
    rest = " ".join(word for word in words if word not in named)
    kinds = [kind for kind in DUTY_KINDS.values() if is_like(rest, kind.label)] if rest else [None]
    few = [found for found in named.values() if len(found) <= FEW]
    if few:
        districts = [(name, name) for name in few[0] if all(name in found for found in few)]
    elif len(named) == 1:
        districts = [(word, f"名称含“{word}”的城区") for word in named]
    else:
        districts = [] if named or not rest else [("", "")]
    for (asked, words_shown), kind in product(districts, kinds):
        where = ({"q": asked} if asked else {}) | ({"kind": kind.key} if kind else {})
        title = "　".join(part for part in (words_shown, kind.label if kind else "") if part)
        yield Hit(title, "在到期事项中列出", f"{reverse('obligations:obligation_list')}?{urlencode(where)}")


def _hit(row: Obligation, today: dt.date) -> Hit:
    state = str(row.state(today).label)
    return Hit(
        f"{row.title}　{row.district or row.organisation}",
        f"{state}　应于{row.due_told}",
        reverse("obligations:obligation_detail", args=[row.key]),
        row.is_demo,
    )


def _named(viewer: Viewer, words: Sequence[str]) -> dict[str, list[str]]:
    """Names of districts that match a word, by words that any match; at most one more than count as few. One query."""
    seen = districts_visible_to(viewer).filter(guideline_area=False).order_by("name_pinyin", "pk")
    found, asked = defaultdict[str, list[str]](list), dict.fromkeys(words)
    first, *others = (seen.filter(of_district(word)).values_list(Value(word, CharField()), "name")[: FEW + 1] for word in asked)
    for word, name in first.union(*others, all=True) if others else first:
        found[word].append(name)
    return {word: found[word] for word in asked if word in found}


def messages(viewer: Viewer, text: str) -> HitGroup:
    """The user's own messages by title, newest first."""
    rows = notifications_visible_to(viewer).filter(matches(text, "title")).order_by("-created_at", "-pk")[: MOST + 1]
    return group(
        "消息",
        (
            Hit(
                row.title,
                f"{day_in_words(row.created_at.astimezone(clock.SHANGHAI).date())}　{'已读' if row.read_at else '未读'}",
                reverse("notifications:follow", args=[row.pk]),
                row.is_demo,
            )
            for row in rows
        ),
    )


def districts(viewer: Viewer, text: str) -> HitGroup:
    """Districts by name, alias, pinyin, code or title number."""
    rows = districts_visible_to(viewer).filter(of_district(text) | Q(code=text.lower()) | Q(title_number__iexact=text))
    names = ("code", "name", "stage", "status_certainty", "is_demo", "guideline_area")
    values = rows.order_by("is_demo", "name_pinyin", "pk").values_list(*names)[: MOST + 1]
    return group(
        "城区",
        (
            Hit(name, stage_text(stage, sure, guideline=guideline), reverse("districts:district_detail", args=[code]), demo)
            for code, name, stage, sure, demo, guideline in values
        ),
    )


def cases(viewer: Viewer, text: str) -> HitGroup:
    """Cases by number, ours or that of 一网通办, or district."""
    numbered = Q(number__icontains=text) | Q(foreign_number__number__icontains=text)
    rows = cases_visible_to(viewer).filter(numbered | of_district(text, "district__"))
    names = ("pk", "number", "district__name", "kind", "status", "district__is_demo", "foreign_number__number")
    values = rows.order_by("-created_at", "-pk").values_list(*names)[: MOST + 1]
    return group(
        "办件",
        (
            Hit(f"{number or '草稿'}　{name}", _words(viewer, kind, status, foreign), reverse("approvals:case", args=[pk]), demo)
            for pk, number, name, kind, status, demo, foreign in values
        ),
    )


def _words(viewer: Viewer, kind: str, status: str, foreign: str | None) -> str:
    case, state = Case(kind=kind, status=status), state_of_kind(kind, status)
    words = (state if is_city(viewer.held) else seen_outside(case, state)).label
    return f"{words}　一网通办{foreign}" if foreign else words


def self_checks(viewer: Viewer, text: str) -> HitGroup:
    """Self-checks by number or district."""
    rows = self_checks_visible_to(viewer).filter(Q(number__icontains=text) | of_district(text, "district__"))
    names = ("pk", "number", "year", "district__name", "status", "district__is_demo")
    values = rows.order_by("-year", "district__name_pinyin").values_list(*names)[: MOST + 1]
    return group(
        "年度自查",
        (
            Hit(
                f"{year}年度　{name}",
                f"{number or '未编号'}　{SELF_CHECK.state(status).label}",
                reverse("assessments:selfcheck", args=[pk]),
                demo,
            )
            for pk, number, year, name, status, demo in values
        ),
    )


def opinions(viewer: Viewer, text: str) -> HitGroup:
    """Opinions of the public by number, text or district; only for the city. Names and contacts of their authors are not searched."""
    found = matches(text, "number", "text", "objection__text") | of_district(text, "district__")
    rows = opinions_visible_to(viewer).filter(found).order_by("-filed_at", "-pk")[: MOST + 1]
    return group(
        "公众意见",
        (
            Hit(
                f"{row.number}　{row.district.name if row.district else row.get_about_display()}",
                f"{row.progress.label}　{row.source.text[:40]}",
                reverse("outreach:opinion", args=[row.pk]),
                row.is_demo,
            )
            for row in rows
        ),
    )


def stories(viewer: Viewer, text: str) -> HitGroup:
    """Visible stories by number, title, summary or district."""
    found = matches(text, "title", "number", "summary") | of_district(text, "district__")
    rows = stories_visible_to(viewer).filter(found).order_by("-opened_at", "-pk")[: MOST + 1]
    return group(
        "案例",
        (
            Hit(row.title, f"{row.district.name}　{STORY.state(row.status).label}", reverse("outreach:story", args=[row.pk]), row.is_demo)
            for row in rows
        ),
    )


def events(viewer: Viewer, text: str) -> HitGroup:
    """Visible events by number, title, place or content."""
    rows = events_visible_to(viewer).filter(matches(text, "title", "number", "place", "summary")).order_by("-opened_at", "-pk")[: MOST + 1]
    return group(
        "交流活动",
        (
            Hit(
                row.title,
                f"{row.get_kind_display()}　{EXCHANGE.state(row.status).label}",
                reverse("outreach:event", args=[row.pk]),
                row.is_demo,
            )
            for row in rows
        ),
    )


def volumes(viewer: Viewer, text: str) -> HitGroup:
    """Volumes by title, number of their matter, or title or number of a paper; only for the city."""
    rows = volumes_visible_to(viewer).filter(found_by(text)).order_by("-year", "pk")
    values = rows.values_list("pk", "title", "year", "matter_number", "status", "is_demo")[: MOST + 1]
    return group(
        "档案",
        (
            Hit(title, f"{year}年度　{number}　{ARCHIVE_VOLUME.state(status).label}", reverse("reports:archive_volume", args=[pk]), demo)
            for pk, title, year, number, status, demo in values
        ),
    )


def guide(viewer: Viewer, text: str) -> HitGroup:
    """Pages of the guide and their sections, for the user's roles."""
    return group(
        GUIDE,
        (
            _place(page, title)
            for page in pages_visible_to(reader_of(viewer))
            for title in [page.title, *(piece.title for piece in page.pieces if piece.title)]
            if is_like(text, title)
        ),
    )


def answers(viewer: Viewer, text: str) -> HitGroup:
    """Sections of the guide nearest to a question that nothing was found for."""
    return group(GUIDE, (_place(page, title) for page, title in nearest(pages_visible_to(reader_of(viewer)), text)))


def _place(page: GuidePage, title: str) -> Hit:
    anchor = f"#{title}" if title != page.title else ""
    return Hit(title, page.title if anchor else "", f"{reverse('portal:guide_page', args=[page.slug])}{anchor}")


# Each with the tables it searches; groups without tables are always queried.
GROUPS: tuple[tuple[Callable[[Viewer, str], HitGroup], tuple[SearchedTable, ...]], ...] = (
    (districts, ()),
    (cases, (SearchedTable(Case, ("number",), of_district=True), SearchedTable(ForeignNumber, ("number",)))),
    (self_checks, (SearchedTable(SelfCheck, ("number",), of_district=True),)),
    (
        opinions,
        (SearchedTable(PublicOpinion, ("number", "text"), of_district=True), SearchedTable(Objection, ("text",))),
    ),
    (stories, (SearchedTable(Story, ("title", "number", "summary"), of_district=True),)),
    (events, (SearchedTable(ExchangeEvent, ("title", "number", "place", "summary")),)),
    (obligations, ()),
    (messages, ()),
    (plots, (SearchedTable(Plot, ("owner", "number", "land_use")),)),
    (projects, (SearchedTable(KeyProject, ("name", "category")),)),
    (works, (SearchedTable(Work, ("name", "kind")),)),
    (files, (SearchedTable(Evidence, ("title", "kind", "original_name")),)),
    (clauses, (SearchedTable(Clause, ("title", "requirement", "item_id")),)),
    (rules, ()),
    (numbers, NUMBERED_PLACES),
    (settings, ()),
    (guide, ()),
    (bodies, (SearchedTable(Organisation, ("name",)),)),
    (experts, (SearchedTable(User, ("name",)),)),
    (
        volumes,
        (
            SearchedTable(ArchiveVolume, ("title", "matter_number"), of_district=True),
            SearchedTable(ArchiveItem, ("title", "document_number")),
        ),
    ),
)
PLACES = tuple(places for _, places in GROUPS)


def search(viewer: Viewer, text: str) -> list[HitGroup]:
    """Groups with results for cleaned words, pages and actions first; account managers get only these.

    Words that nothing has are taken for a question to the guide. Queries depend on the roles.
    """
    held = viewer.held
    if not words_of(text) or not held.roles:
        return []
    found = [pages(viewer, text), actions(viewer, text)]
    if not held.is_keeper:
        with held_reads():
            found += [GROUPS[position][0](viewer, text) for position in sorted(occupied(PLACES, text))]
            if not any(group.hits for group in found):
                found.append(answers(viewer, text))
    return [group for group in found if group.hits]
