"""Queries of the acceptance pages."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from approvals.acceptances.models import SiteVisit, VisitKind, VisitPhoto, VisitRow
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.common.enums import CaseKind
from assessments.reviews.clauses import value_words
from assessments.tables.models import ScoreRow
from districts.common.enums import BaselineKind, DistrictType, Stage, WorkState
from districts.facts.baseline_ratios import baseline_on
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from districts.projects.models import Work
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.models import Evidence
from greendistrict.policy.engine import NoPolicyInForce, Verdict, blocking, evaluate, facts_asked
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

# Pilots that could request a final acceptance but have not: every gate of 八（三） holds and no acceptance is open.


def pilots_not_asking(districts: QuerySet[District]) -> QuerySet[District]:
    """Pilots without an open acceptance."""
    under_way = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.ACCEPTANCE).exclude(status__in=CLOSED_STATES)
    return districts.filter(~Exists(under_way), stage=Stage.PILOT, guideline_area=False)


def without_baseline(districts: QuerySet[District]) -> int:
    """Number of pilots without an open acceptance of which nothing can be judged, because no baseline was fixed for them."""
    return pilots_not_asking(districts).exclude(baselines__kind=BaselineKind.PILOT).count()


def ready_districts(districts: QuerySet[District], on: dt.date) -> list[tuple[District, list[Verdict]]]:
    """Those of ``districts`` that meet every gate, with its verdicts; empty without a policy in force. A constant number of queries."""
    pilots = pilots_not_asking(districts).filter(baselines__kind="pilot").distinct().order_by("is_demo", "name_pinyin")
    try:
        policy = policy_in_force(on)
    except NoPolicyInForce:
        return []
    rows = list(pilots)
    names = frozenset(name for rule in policy.rules if rule.step == PolicyStep.REQUEST for name in facts_asked(rule))
    facts, found = facts_of_many(rows, on, lambda _: names), []
    for district in rows:
        verdicts = evaluate(policy, PolicyStep.REQUEST, Facts(facts[district.pk]), on)
        if not blocking(verdicts):
            found.append((district, verdicts))
    return found


# Site visits: the checklist, its lines by group, who may read them, and the files of a closed visit.

MOST_CLAIM = 200


@dataclass(frozen=True)
class ChecklistLine:
    """One line of the checklist; a ``required`` line must have a finding before the visit is closed."""

    kind: str
    ref: str
    group: str
    title: str
    claim: str = ""
    required: bool = True


@dataclass(frozen=True)
class VisitGroup:
    """Lines under one heading, and how many of them have a finding."""

    title: str
    rows: list[VisitRow]

    @property
    def done(self) -> int:
        """Number of lines with a finding."""
        return sum(bool(row.finding) for row in self.rows)


def checklist_of(case: Case, today: dt.date) -> list[ChecklistLine]:
    """Key projects and main facilities of the frozen pilot baseline, then clauses of the locked table (controls required)."""
    return [*_frozen(case, today), *_clauses(case)]


def _frozen(case: Case, today: dt.date) -> Iterator[ChecklistLine]:
    baseline = baseline_on(case.district, BaselineKind.PILOT, today)
    if baseline is None:
        return
    live = {project.pk: project for project in case.district.key_projects.all()}
    for row in baseline.content["key_projects"]:
        project = live.get(row["id"])
        claim = str(project.get_state_display()) if project else "已不在现行清单中"
        yield ChecklistLine(VisitKind.PROJECT, str(row["id"]), "近期重点项目", row["name"], claim)
    if case.district.type != DistrictType.NEW:
        return
    works = {work.pk: work for work in case.district.works.all()}
    for row in baseline.content["works"]:
        if row["main"]:
            claim = _work_claim(works.get(row["id"]), today)
            yield ChecklistLine(VisitKind.WORK, str(row["id"]), "主要道路、管线", row["name"], claim)


def _work_claim(work: Work | None, day: dt.date) -> str:
    """State of a facility as claimed, computed like the gate: a completion date without a conforming acceptance is not 建成."""
    if work is None:
        return "已不在现行清单中"
    state = work.state_on(day)
    if state == WorkState.UNPROVEN:
        return f"{cn_date(work.built_on)}登记建成，{'竣工验收不符合' if work.conforms is False else '没有竣工验收登记'}，不计入"
    return f"{cn_date(work.built_on)}建成，竣工验收符合" if state == WorkState.BUILT else "未登记建成"


def _clauses(case: Case) -> Iterator[ChecklistLine]:
    if case.table is None:
        return
    layout = rules_for(case.table.edition).table(case.table.type, case.table.stage)
    chapters = {chapter.key: chapter.title for chapter in layout.chapters}
    values = dict(ScoreRow.objects.filter(table=case.table).values_list("item_id", "value"))
    for item in layout.items.values():
        claim = _claim(item, values.get(item.id))
        yield ChecklistLine(
            VisitKind.CLAUSE, item.id, chapters.get(item.chapter, item.chapter), f"{item.id} {item.title}", claim, item.is_control
        )


def _claim(item: Item, value: Any) -> str:
    """The district's claim in words; if it is too long for the page, a reference to where it can be read."""
    if value in (None, "", {}, []):
        return ""
    words = value_words(item, value)
    return words if len(words) <= MOST_CLAIM else "见评分表"


def groups_of(visit: SiteVisit) -> list[VisitGroup]:
    """Lines of a visit under their headings, with photos; two queries."""
    rows = visit.rows.select_related("saved_by").prefetch_related("photos__document").order_by("order")
    return [VisitGroup(title, list(found)) for title, found in groupby(rows, key=lambda row: row.group)]


def visit_files(case: Case) -> list[Evidence]:
    """Record of the closed site visit, its signed scan and its photos; empty for a case without a visit."""
    visit = case.visits.filter(closed_at__isnull=False).select_related("record", "scan").order_by("-number").first()
    if visit is None:
        return []
    photos = VisitPhoto.objects.filter(row__visit=visit).select_related("document").order_by("row__order", "pk")
    return [file for file in (visit.record, visit.scan) if file is not None] + [photo.document for photo in photos]
