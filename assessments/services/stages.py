"""Writing stage assessments: opening by the cycle, filing by two people, panel, conclusion, rectification and re-check."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.calendar import Cycle, stage_cycles, stage_terms
from assessments.enums import Purpose, ScoringStage, StageConclusion
from assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.mechanism import CHECKLIST, REQUIRED, STANDINGS
from assessments.models import Review, ScoreTable, StageAssessment
from assessments.rules import stages as rules
from assessments.selectors.opinions import musts_left
from assessments.selectors.selfchecks import blocking_texts
from assessments.selectors.stages import all_findings, verdict_of
from assessments.services import tables
from assessments.services.filed import Life, hold_version
from assessments.services.opinions import draw_up_stage
from assessments.services.parties import judged_parties, people_of
from assessments.services.reviews import ReviewSubject, open_review
from districts.enums import Stage
from districts.models import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.numbers import next_number
from greendistrict.documents.selectors import evidence_of
from greendistrict.notifications.enums import Message
from greendistrict.policy import parameters
from greendistrict.workflow.models import TransitionRecord
from indicators.selectors import published_editions

LONGEST = 4000
LIFE = Life(
    model=StageAssessment,
    machine=STAGE_ASSESSMENT,
    told={
        "hand_up": ("signer",),
        "send_back": ("filler",),
        "sign": ("officer", "secretary", "authority"),
        "recall": ("officer",),
        "return": ("filler", "signer"),
        "open_review": ("secretary", "filler", "signer"),
        "review_concluded": ("officer",),
        "propose": ("checker",),
        "check": ("director",),
        "check_back": ("officer",),
        "decide_back": ("officer",),
        "qualify": ("filler", "signer", "authority", "officer"),
        "disqualify": ("filler", "signer", "authority", "officer"),
        "ask_extension": ("director", "officer"),
        "extend": ("filler", "signer", "officer"),
        "refuse_extension": ("filler", "signer", "officer"),
        "report_mended": ("officer",),
        "recheck_pass": ("filler", "signer", "authority"),
        "recheck_return": ("filler", "signer"),
        "close_unmended": ("filler", "signer", "authority"),
    },
    message=Message.STAGE_TODO,
    remark=Message.STAGE_MOVED,
    page="assessments:stage",
    key="stage",
    related=("district", "table__district", "table__edition", "review"),
)


def open_due(today: dt.date) -> list[StageAssessment]:
    """Open the assessments whose window has begun, for every pilot with an applicant, type and edition; safe to repeat."""
    pilots = District.objects.filter(stage=Stage.PILOT, guideline_area=False, applicant__isnull=False, titled_on__isnull=False)
    opened, terms = [], stage_terms()
    for district in pilots.exclude(type="").select_related("edition").order_by("pk"):
        announced = district.titled_on
        points = stage_cycles(announced, today, terms) if announced else []
        if points and (found := _open_one(district, points[-1])):
            opened.append(found)
    return opened


@transaction.atomic
def open_early(*, district: District, by: User, reason: str) -> StageAssessment:
    """Open an assessment before its day, because an inspection found serious faults. Raises ``Refused`` when none can be opened."""
    numbered = StageAssessment.objects.filter(district=district).count()
    today = clock.today()
    last = workdays.current().add(today, parameters.load().integer("stage.grace_days"))
    made = _open_one(district, Cycle(numbered + 1, today, today, last))
    if made is None:
        msg = f"{district}今天已开放阶段评估，或没有可用的评价标准"
        raise Refused(msg)
    audit.record(action="stage_assessment.open_early", by=by, obj=made, data={"reason": reason})
    return made


@transaction.atomic
def _open_one(district: District, point: Cycle) -> StageAssessment | None:
    District.objects.select_for_update(of=("self",)).get(pk=district.pk)
    if StageAssessment.objects.filter(district=district, due=point.day).exists():
        return None
    planned = ScoreTable.objects.filter(district=district, purpose=Purpose.APPLICATION, status__in=("received", "submitted"))
    newest = planned.select_related("edition").order_by("-submitted_at", "-pk").first()
    edition = district.edition or (newest.edition if newest else published_editions().order_by("-in_force").first())
    if edition is None:
        return None
    year = point.day.year
    previous = ScoreTable.objects.filter(district=district, purpose=Purpose.SELF_CHECK, status="received").order_by("-year").first()
    table = tables.open_table(
        district=district,
        edition=edition,
        purpose=Purpose.STAGE,
        stage=ScoringStage.OPERATION,
        by=None,
        year=year,
        planned=newest,
        previous=previous,
        building=True,
    )
    stage = StageAssessment.objects.create(
        district=district, round=point.round, due=point.day, year=year, table=table, opened_at=clock.now()
    )
    LIFE.send(stage, f"{stage}已开放填报", people_of(stage.district, ("filler",)), key="opened")
    return stage


def save_mechanisms(*, stage: StageAssessment, typed: Mapping[str, Mapping[str, str]], version: int, by: User) -> StageAssessment:
    """Save the district's checklist. Raises ``NotAllowed``, ``Refused`` by line, ``Stale`` with what is stored."""
    known = {one.key for one in STANDINGS}
    refusals = [
        Refusal(f"“{one.title}”说明最多{LONGEST}字", field=f"text-{one.key}")
        for one in CHECKLIST
        if len(typed.get(one.key, {}).get("text", "")) > LONGEST
    ]
    if refusals:
        raise Refused(refusals)
    kept = {
        one.key: {"state": line.get("state", "") if line.get("state") in known else "", "text": line.get("text", "").strip()}
        for one in CHECKLIST
        if (line := typed.get(one.key, {}))
    }
    return _keep(stage, version, may=rules.may_fill(by, stage), mechanism=kept)


def save_rectification(*, stage: StageAssessment, text: str, version: int, by: User) -> StageAssessment:
    """Save the rectification report. Raises as ``save_mechanisms``."""
    if len(text) > LONGEST:
        raise Refused([Refusal(f"整改报告最多{LONGEST}字，现有{len(text)}字", field="rectification")])
    return _keep(stage, version, may=rules.may_mend(by, stage), rectification=text.strip())


@transaction.atomic
def _keep(stage: StageAssessment, version: int, *, may: bool, **fields: Any) -> StageAssessment:
    locked = LIFE.locked(stage)
    if not may:
        msg = "现在不能填写这一部分；刚才填写的内容没有保存，可以复制留用"
        raise NotAllowed(msg)
    hold_version(locked, version)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])
    return locked


def _facts(stage: StageAssessment) -> dict[str, Any]:
    """Facts of the guards in the present state."""
    if stage.status in {"draft", "signing"}:
        return {"blocking": blocking_texts(all_findings(stage))}
    if stage.status == "judging":
        unjudged = [one.title for one in REQUIRED if stage.judged.get(one.key, {}).get("holds") is None]
        return {"unjudged": unjudged, "opinion": stage.opinion.strip()}
    if stage.status == "deciding":
        short = [one["title"] for one in stage.verdict.get("aspects", ()) if not one["holds"]]
        return {"qualified": stage.verdict.get("qualified", False), "short": short}
    if stage.status in {"rectifying", "rechecking"} and stage.rectify_due:
        overdue = clock.today() > stage.rectify_due
        left = {"unreplied": musts_left(stage, "open"), "opinions": musts_left(stage)}
        return {"overdue": str(stage.rectify_due) if overdue else "", **left}
    return {}


facts_of = _facts


def take(*, stage: StageAssessment, action: str, by: User | None, reason: str = "", version: int | None = None) -> TransitionRecord:
    """Take one step with what belongs to it, and tell those concerned. Raises as ``perform``; ``Stale`` for an old form."""
    return LIFE.take(stage, action, by, facts=_facts, follow=_follow, reason=reason, version=version)


def _follow(stage: StageAssessment, action: str, by: User | None, reason: str) -> None:
    if effect := EFFECTS.get(action):
        effect(stage, by, reason)


def _hand_up(stage: StageAssessment, by: User | None, _reason: str) -> None:
    stage.handed_up_by = by
    tables.lock_table(table=stage.table)


def _unlock(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    tables.unlock_table(table=stage.table)


def _sign(stage: StageAssessment, by: User | None, _reason: str) -> None:
    stage.number = stage.number or next_number("JD", clock.now().year)
    extra = {"mechanism": stage.mechanism, "number": stage.number}
    tables.submit_table(table=stage.table, by=by, extra=extra)
    stage.filed_at = clock.now()


def _recall(stage: StageAssessment, by: User | None, _reason: str) -> None:
    tables.recall_table(table=stage.table, by=by)


def _return(stage: StageAssessment, by: User | None, reason: str) -> None:
    tables.return_table(table=stage.table, by=by, reason=reason)


def _open_review(stage: StageAssessment, by: User | None, _reason: str) -> None:
    tables.receive_table(table=stage.table, by=None)
    documents = [{"title": file.title, "key": str(file.key)} for file in evidence_of(stage)]
    subject = ReviewSubject(str(stage), stage.number or "", "阶段评估", judged_parties(stage.district, stage.district.applicant), documents)
    stage.review = open_review(table=stage.table, subject=subject, by=by)


def _propose(stage: StageAssessment, by: User | None, _reason: str) -> None:
    stage.verdict, stage.proposed_by = verdict_of(stage).as_json(), by


def _conclude(stage: StageAssessment, conclusion: StageConclusion) -> None:
    stage.conclusion, stage.concluded_at = conclusion, clock.now()


def _qualify(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    _conclude(stage, StageConclusion.QUALIFIED)


def _disqualify(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    _conclude(stage, StageConclusion.UNQUALIFIED)
    stage.rectify_due = workdays.current().add(clock.today(), parameters.load().integer("rectify.days"))


def _ask_extension(stage: StageAssessment, _by: User | None, reason: str) -> None:
    stage.extension_asked = reason[:500]


def _extend(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    stage.extension_asked, stage.extended = "", True
    more = parameters.load().integer("rectify.extend_once_days")
    stage.rectify_due = workdays.current().add(stage.rectify_due or clock.today(), more)


def _refuse_extension(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    stage.extension_asked = ""


def _report_mended(stage: StageAssessment, _by: User | None, _reason: str) -> None:
    stage.rectified_at = clock.now()


EFFECTS = {
    "hand_up": _hand_up,
    "take_back": _unlock,
    "send_back": _unlock,
    "sign": _sign,
    "recall": _recall,
    "return": _return,
    "open_review": _open_review,
    "propose": _propose,
    "qualify": _qualify,
    "disqualify": _disqualify,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "refuse_extension": _refuse_extension,
    "report_mended": _report_mended,
}


@transaction.atomic
def propose(
    *,
    stage: StageAssessment,
    judged: Mapping[str, Mapping[str, Any]],
    opinion: str,
    visited_on: dt.date | None,
    visit_note: str,
    version: int,
    by: User,
) -> TransitionRecord:
    """Record what the city found of the mechanisms and of the visit, and propose the conclusion that follows from the rule."""
    locked = LIFE.locked(stage)
    hold_version(locked, version, "期间已有人办理或修改，请核对最新情况后再办")
    if rules.is_officer(by, locked) and locked.status == "judging":
        locked.judged = {key: {"holds": line.get("holds"), "note": str(line.get("note", "")).strip()} for key, line in judged.items()}
        locked.opinion, locked.visited_on, locked.visit_note = opinion.strip(), visited_on, visit_note.strip()
        locked.save(update_fields=["judged", "opinion", "visited_on", "visit_note"])
    return take(stage=locked, action="propose", by=by)


def review_concluded(*, record: Any, obj: Review, by: User | None, payload: Any) -> None:
    """Registered on the review's conclusion: its assessment goes on to the city."""
    del record, by, payload
    found = StageAssessment.objects.filter(review=obj, status="reviewing").first()
    if found is not None:
        take(stage=found, action="review_concluded", by=None)
        draw_up_stage(found, Review.objects.get(pk=obj.pk))
