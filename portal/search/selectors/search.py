"""Search over everything a user may see."""

from collections.abc import Callable

from approvals.cases.models.cases import Case
from approvals.cases.models.notices import Objection
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
from portal.search.selectors import contents, duties, matters, people, rulebooks
from portal.search.selectors.actions import actions
from portal.search.selectors.guides import guide
from portal.search.selectors.hits import HitGroup, words_of
from portal.search.selectors.pages import pages
from portal.search.selectors.places import SearchedTable, occupied
from reports.archive.models import ArchiveItem, ArchiveVolume

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
    (contents.plots, (SearchedTable(Plot, ("number", "owner", "land_use")),)),
    (contents.projects, (SearchedTable(KeyProject, ("name", "category")),)),
    (contents.works, (SearchedTable(Work, ("name", "kind")),)),
    (contents.files, (SearchedTable(Evidence, ("title", "kind", "original_name")),)),
    (rulebooks.clauses, (SearchedTable(Clause, ("title", "requirement", "item_id")),)),
    (rulebooks.rules, ()),
    (guide, ()),
    (people.bodies, (SearchedTable(Organisation, ("name",)),)),
    (people.experts, (SearchedTable(User, ("name",)),)),
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
