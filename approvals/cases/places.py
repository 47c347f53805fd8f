"""What a case still lacks before it is handed over, grouped by the page where it is mended.

One list for the page of a case and for its check: refusals of the step, whether they come from the policy, the score table, a reason that
is missing or a paper of the checklist.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from approvals.cases.checklist import Slot, slots_of
from approvals.cases.guards import paper_missing
from approvals.cases.models.cases import Case
from greendistrict.core.errors import Refusal

RULES = "#rule-"  # anchor of a clause of the policy check, where those are led who do not mend it themselves
CLAUSES, ELSEWHERE = "条款核对", "其他"
PARTS = {"districts:plan_section": "districts:plan_edit", "assessments:score_check": "assessments:score_table"}
NAMES = {
    "districts:profile_edit": "城区概况",
    "districts:plan_edit": "绿色生态专业规划",
    "districts:indicator_system": "指标体系",
    "districts:plot_list": "地块清单",
    "districts:key_project_list": "近期重点项目清单",
    "districts:work_list": "市政设施清单",
    "assessments:score_table": "评分表",
    "approvals:case_answer": "补正答复",
    "approvals:case_files": "材料",
    "approvals:case_check": "申报星级和理由",
    "approvals:acceptance_gates": "验收条件核对",
}


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: why the step is refused and, of a paper, its slot of the checklist."""

    why: Refusal
    slot: Slot | None = None


@dataclass(frozen=True)
class CasePlace:
    """A page on which a case is filled in: its state in words, its address (empty if not for this person), and what is missing on it."""

    name: str
    state: str = ""
    done: bool = False
    href: str = ""
    lacks: list[Lack] = field(default_factory=list)


@dataclass(frozen=True)
class Blocked:
    """A step that cannot be taken yet, with what is missing by place; ``others``: places where nothing is."""

    action: str
    label: str
    places: list[CasePlace]
    others: list[CasePlace]

    @property
    def count(self) -> int:
        """Number of things that are missing."""
        return sum(len(place.lacks) for place in self.places)


def blocked(case: Case, action: str, label: str, refusals: Iterable[Refusal], sections: Iterable[CasePlace] = ()) -> Blocked:
    """A step with its refusals, each told once. ``sections``: places of the case in their order, those without a refusal included."""
    papers = {paper_missing(case, slot): slot for slot in slots_of(case.kind)}
    lacks: dict[str, list[Lack]] = {}
    for why in {(one.text, one.href): one for one in refusals}.values():
        lacks.setdefault(_place_of(why.href), []).append(Lack(why, papers.get(why)))
    known = [replace(one, lacks=lacks.pop(_place_of(one.href), [])) for one in sections]
    more = [CasePlace(NAMES.get(place, place), href=_page(found), lacks=found) for place, found in lacks.items()]
    places = sorted((one for one in (*known, *more) if one.lacks), key=lambda one: one.name == ELSEWHERE)
    return Blocked(action, label, places, [one for one in known if not one.lacks])


def _place_of(href: str) -> str:
    """The page that an address leads to, by the name of its address; a word where it is none of those that are filled in."""
    if RULES in href:
        return CLAUSES
    try:
        view = resolve(urlsplit(href).path).view_name
    except Resolver404:
        return ELSEWHERE
    view = PARTS.get(view, view)
    return view if view in NAMES else ELSEWHERE


def _page(lacks: list[Lack]) -> str:
    """The page that all of them are mended on; empty if there are several."""
    pages = {lack.why.href.partition("#")[0].partition("?")[0] for lack in lacks}
    return pages.pop() if len(pages) == 1 else ""
