"""Terms of stage assessments, post-evaluations and inspections: receipt, panel, decision chain, rectification and its re-check."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from approvals.cases.terms import CHECKING, chain_term
from assessments.common.calendar import concluding_term, receiving_term, recheck_term
from assessments.common.enums import CommentKind
from assessments.inspections.models import InspectionFinding, InspectionState
from assessments.opinions.models import OpinionState
from assessments.post_evaluations.models import POST_STATES, UNFILED
from assessments.reviews import terms as panels
from assessments.reviews.models import Draw
from assessments.stage_assessments.models import ENDED, StageAssessment, StageOpinion, StageState, name_of
from greendistrict.core import clock
from greendistrict.core.addresses import reverse
from greendistrict.workflow.history import changed_since, day_of_text, steps_column
from obligations.city_duties import EVALUATIONS, entered_stages
from obligations.duties import Obligation
from obligations.matter_rows import DISTRICT, DistrictMatter, MatterRows, Since, given_up, matter_table, moved_since, rows_of
from obligations.matters import CHECKER, DIRECTOR, INSIDE, OFFICER, SECRETARY, Debtor, OwedTerm, is_listed, owed
from obligations.stage_assessment import MENDED_IN
from obligations.titled_districts import leading_of
from obligations.way import Day, How

KINDS = ("post_material", "recheck", "rectification", "receive_filing", "draw_panel", "opinion_reply", "decide", "stage_conclude")
RECHECKING, RECEIVING, REPORTING, CONCLUDING = "recheck_days", "receive_days", "post_evaluation.report_days", "stage.conclude_days"
WITH_CITY = (StageState.FILED, StageState.REVIEWING, StageState.JUDGING, StageState.CHECKING, StageState.DECIDING)
FILED = tuple(state for state in POST_STATES if state not in UNFILED)
CHAIN = (("checking", "审核", CHECKER), ("deciding", "审定", DIRECTOR))
DRAWS = Draw.objects.filter(review=OuterRef("review_id"), drawn_at__isnull=False).order_by("drawn_at", "pk").values("drawn_at")
SAID = JSONObject(first=F("drawn_up_at"), last=F("replied_at"), status=F("status"), review=F("review_id"))
MUSTS = StageOpinion.objects.filter(stage=OuterRef("pk"), kind=CommentKind.MUST).order_by("number").values_list(SAID)
STAGES = matter_table(StageAssessment, ENDED, "round", days=("due", "rectify_due"), drawn=ArraySubquery(DRAWS), musts=ArraySubquery(MUSTS))


def _findings(since: Since) -> QuerySet[InspectionFinding]:
    """Findings of inspections that were issued."""
    live = Q(inspection__status=InspectionState.ISSUED) | Exists(changed_since(InspectionFinding, since.moment))
    findings = InspectionFinding.objects.filter(live, inspection__issued_at__isnull=False)
    return findings.annotate(leading=leading_of("inspection__district_id"), steps=steps_column(InspectionFinding))


FINDINGS = MatterRows(
    InspectionFinding._meta.label_lower,
    _findings,
    (
        *("pk", "status", "order", "due", "inspection_id", "inspection__number", "inspection__status", "inspection__issued_at"),
        *(f"inspection__{name}" for name in DISTRICT),
        *("leading", "steps"),
    ),
    is_live=lambda row, since: row["inspection__status"] == InspectionState.ISSUED or moved_since(row["steps"], since),
    days=("due",),
    moments=("inspection__issued_at",),
    place="inspection__district",
)
TABLES = (STAGES, EVALUATIONS, FINDINGS)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Open terms of assessments and inspections on a day, and those met in the year before it."""
    return (one for one in chain(_of_assessments(day, only), _of_findings(day, only)) if is_listed(one, day))


def _by_setting(one: DistrictMatter, debtor: Debtor, term: OwedTerm, setting: str) -> Obligation:
    return owed(one.matter, debtor, term._replace(is_default=one.day.is_default(setting), is_link_open=False))


def _chain(one: DistrictMatter) -> Iterator[Obligation]:
    """审核 and 审定 of a conclusion, each with its own term."""
    for state, what, debtor in CHAIN:
        for stay in one.stays(state):
            how = one.day.how(stay.since, f"提交{what}", CHECKING)
            due = chain_term(stay.since, one.day.terms)
            term = OwedTerm("decide", f"{state}:{stay.number}", f"结论{what}", due, how, stay.until, seen_by=INSIDE, to="申报主体")
            yield _by_setting(one, debtor, term, CHECKING)


def _conclusion(one: DistrictMatter, entered: Callable[[], dict[int, list[dt.date]]]) -> Iterator[Obligation]:
    """The city concludes what was filed and not taken or sent back; held on paper, by the first day entered since."""
    for stay in one.stays(*WITH_CITY):
        if given_up(stay, ("recall", "return")):
            continue
        met = stay.until
        if met is None:
            on_paper = entered().get(one.row["district_id"], ())
            met = min((day for day in on_paper if stay.since <= day <= one.day.on), default=None)
        how = one.day.how(stay.since, "报送", CONCLUDING)
        due = concluding_term(stay.since, one.day.terms)
        term = OwedTerm("stage_conclude", str(stay.number), "结论", due, how, met, to=one.matter.applicant)
        yield _by_setting(one, OFFICER, term, CONCLUDING)


def _receipt(one: DistrictMatter, what: str) -> Iterator[Obligation]:
    """The city accepts or returns what was filed."""
    for stay in one.stays("filed"):
        if not given_up(stay):
            how = one.day.how(stay.since, "报送", RECEIVING)
            due = receiving_term(stay.since, one.day.terms)
            term = OwedTerm("receive_filing", str(stay.number), what, due, how, stay.until, to=one.matter.applicant)
            yield _by_setting(one, OFFICER, term, RECEIVING)


def _recheck(one: DistrictMatter, stay: Any) -> Obligation:
    how = one.day.how(stay.since, "报送整改情况", RECHECKING)
    due = recheck_term(stay.since, one.day.terms)
    term = OwedTerm("recheck", str(stay.number), "整改复核", due, how, stay.until, to=one.matter.applicant)
    return _by_setting(one, OFFICER, term, RECHECKING)


def _of_assessments(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Terms of stage assessments; of post-evaluations report, receipt and chain: that one takes place in its year is a duty of the city."""
    entered = cache(entered_stages)  # one query, and only if a conclusion is awaited
    for row in rows_of(STAGES, day.since, only):
        one = DistrictMatter(row, day, "stage", name_of(row["round"], row["due"]), reverse("assessments:stage", args=[row["pk"]]))
        yield from _receipt(one, "组织评估或退回")
        yield from _panel(one)
        yield from _chain(one)
        yield from _conclusion(one, entered)
        yield from _opinions(one)
        yield from (_recheck(one, stay) for stay in one.stays(StageState.RECHECKING))
    for row in rows_of(EVALUATIONS, day.since, only):
        one = DistrictMatter(row, day, "post", f"{row['year']}年后评估", reverse("assessments:post", args=[row["pk"]]))
        yield from _report(one)
        yield from _receipt(one, "评估或退回")
        yield from _chain(one)


def _report(one: DistrictMatter) -> Iterator[Obligation]:
    """What a drawn district files, by the day stored at the draw; what was recalled or returned is owed again."""
    opened = one.row["opened_at"].astimezone(clock.SHANGHAI).date()
    if opened > one.day.on:
        return
    filed = one.stays(*FILED)
    met = filed[-1].since if filed and filed[-1].until is None else None
    term = OwedTerm("post_material", "", "材料", one.row["due"], one.day.how(opened, "抽中", REPORTING), met)
    yield _by_setting(one, one.matter.own_side, term, REPORTING)


def _panel(one: DistrictMatter) -> Iterator[Obligation]:
    day = one.day
    for stay in one.stays(StageState.REVIEWING):
        days = map(day_of_text, one.row["drawn"])
        drawn = next((found for found in days if found and stay.since <= found <= day.on), None)
        how = day.how(stay.since, "组织专家评估", panels.DRAWING)
        due = panels.drawing_term(stay.since, day.terms)
        term = OwedTerm("draw_panel", str(stay.number), "抽取评审专家", due, how, drawn, seen_by=INSIDE)
        yield _by_setting(one, SECRETARY, term, panels.DRAWING)


def _opinions(one: DistrictMatter) -> Iterator[Obligation]:
    """Binding opinions of the panel; while a rectification runs, due on its day."""
    day, rows = one.day, one.row["musts"]
    firsts = [first for row in rows if (first := day_of_text(row["first"])) is not None]
    if not firsts or min(firsts) > day.on:
        return
    answers = [day_of_text(row["last"]) if row["status"] != OpinionState.OPEN else None for row in rows]
    done = None if None in answers else max(last for last in answers if last)
    mending = one.row["rectify_due"]
    due = mending or panels.replying_term(min(firsts), day.terms)
    how = How(f"{day.words(min(firsts))}列入评审意见", "随整改期限") if mending else day.how(min(firsts), "列入评审意见", panels.REPLYING)
    term = OwedTerm("opinion_reply", "", "评审意见答复", due, how, done if done and done <= day.on else None, to="评审秘书")
    yield _by_setting(one, one.matter.own_side, term, MENDED_IN if mending else panels.REPLYING)


def _of_findings(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Issued inspection findings: rectified by their day, then re-checked."""
    for plain in rows_of(FINDINGS, day.since, only):
        row = {**plain, **{name: plain[f"inspection__{name}"] for name in DISTRICT}}
        issued = row["inspection__issued_at"].astimezone(clock.SHANGHAI).date()
        if issued > day.on:
            continue
        title = f"监督检查{row['inspection__number']}问题{row['order']}"
        page = reverse("assessments:inspection", args=[row["inspection_id"]])
        finding = DistrictMatter(row, day, "finding", title, page)
        reports = finding.stays("replied", "closed")
        handed_in = reports[-1].since if reports and reports[-1].until is None else None
        how = How(f"{day.words(issued)}发出检查意见", f"检查意见定于{day.words(row['due'])}")
        term = OwedTerm("rectification", "", "整改", row["due"], how, handed_in, is_default=False, is_link_open=False)
        yield owed(finding.matter, finding.matter.own_side, term)
        yield from (_recheck(finding, stay) for stay in finding.stays("replied"))
