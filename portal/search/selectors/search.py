"""Search over everything a user may see.

Also here: Search for places of the guide by title; the guide's own search covers the text.
"""

from collections.abc import Callable

from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Objection
from assessments.self_checks.models import SelfCheck
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.documents.models import Evidence
from indicators.editions.models import Clause
from outreach.exchange.models import ExchangeEvent
from outreach.opinions.models import PublicOpinion
from outreach.stories.models import Story
from portal.guide.selectors import pages_visible_to, reader_of
from portal.search.selectors import duties, matters
from portal.search.selectors.contents import (
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
    occupied,
    pages,
    plots,
    projects,
    rules,
    words_of,
    works,
)
from reports.archive.models import ArchiveItem, ArchiveVolume


def guide(viewer: Viewer, text: str) -> HitGroup:
    """Pages of the guide and their sections, for the user's roles."""
    return group(
        "办事指南",
        (
            Hit(title, page.title if title != page.title else "", f"{reverse('portal:guide_page', args=[page.slug])}{anchor}")
            for page in pages_visible_to(reader_of(viewer))
            for title, anchor in [(page.title, ""), *((piece.title, f"#{piece.title}") for piece in page.pieces if piece.title)]
            if is_like(text, title)
        ),
    )


# Each with the tables it searches; groups without tables are always queried.
GROUPS: tuple[tuple[Callable[[Viewer, str], HitGroup], tuple[SearchedTable, ...]], ...] = (
    (matters.districts, ()),
    (matters.cases, (SearchedTable(Case, ("number",), of_district=True),)),
    (matters.self_checks, (SearchedTable(SelfCheck, ("number",), of_district=True),)),
    (
        matters.opinions,
        (SearchedTable(PublicOpinion, ("number", "text"), of_district=True), SearchedTable(Objection, ("text",))),
    ),
    (matters.stories, (SearchedTable(Story, ("number", "title", "summary"), of_district=True),)),
    (matters.events, (SearchedTable(ExchangeEvent, ("number", "title", "place", "summary")),)),
    (duties.obligations, ()),
    (duties.messages, ()),
    (plots, (SearchedTable(Plot, ("number", "owner", "land_use")),)),
    (projects, (SearchedTable(KeyProject, ("name", "category")),)),
    (works, (SearchedTable(Work, ("name", "kind")),)),
    (files, (SearchedTable(Evidence, ("title", "kind", "original_name")),)),
    (clauses, (SearchedTable(Clause, ("title", "requirement", "item_id")),)),
    (rules, ()),
    (guide, ()),
    (bodies, (SearchedTable(Organisation, ("name",)),)),
    (experts, (SearchedTable(User, ("name",)),)),
    (
        matters.volumes,
        (
            SearchedTable(ArchiveVolume, ("title", "matter_number"), of_district=True),
            SearchedTable(ArchiveItem, ("title", "document_number")),
        ),
    ),
)
PLACES = tuple(places for _, places in GROUPS)


def search(viewer: Viewer, text: str) -> list[HitGroup]:
    """Groups with results for cleaned words, pages and actions first; account managers get only these. Queries depend on the roles."""
    held = viewer.held
    if not words_of(text) or not held.roles:
        return []
    found = [pages(viewer, text), actions(viewer, text)]
    if not held.is_keeper:
        with held_reads():
            found += [GROUPS[position][0](viewer, text) for position in sorted(occupied(PLACES, text))]
    return [group for group in found if group.hits]
