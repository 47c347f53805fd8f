"""Stage assessments: opening by the cycle, the district's report, effects of the steps."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.common.calendar import NO_DAY, Cycle, StageTerms, next_cycle, number_of, stage_cycles, stage_terms
from assessments.common.enums import Purpose, ScoringStage, StageConclusion
from assessments.common.mechanism import CHECKLIST, STANDINGS
from assessments.common.services import judged_parties
from assessments.opinions import services as opinions
from assessments.reviews.models import Review
from assessments.reviews.services.opening import ReviewSubject, open_review
from assessments.self_checks.selectors.opening import against_table, edition_for, planned_of
from assessments.stage_assessments import rules
from assessments.stage_assessments.columns import LONGEST
from assessments.stage_assessments.models import StageAssessment, StageOpinion, StageState
from assessments.stage_assessments.outcome import results
from assessments.stage_assessments.selectors.stages import SHARES, cycle_of, settled_on_paper, verdict_of
from assessments.tables.models import ScoreTable, TableState
from assessments.versions.services import lock_table, open_table, recall_table, receive_table, return_table, submit_table, unlock_table
from assessments.yearly_reports.selectors.text import statements_of
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.columns import fitted
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event, take
from indicators.editions.selectors import against_scoring


def open_due(today: dt.date) -> list[StageAssessment]:
    """Open assessments whose filing window has begun, for every pilot with applicant, type and edition; idempotent."""
    pilots = District.objects.filter(stage=Stage.PILOT, guideline_area=False, applicant__isnull=False, titled_on__isnull=False)
    terms = stage_terms()

    def open_cycle(district: District) -> StageAssessment | None:
        point = point_of(district, today, terms)
        return _open_one(district, point.day, point) if point else None

    opened = one_by_one("open-stage-assessments", pilots.exclude(type="").select_related("edition").order_by("pk"), open_cycle)
    return [found for found in opened if found is not None]


def point_of(district: District, today: dt.date, terms: StageTerms) -> Cycle | None:
    """The newest point of a pilot's cycle whose filing window has begun."""
    points = stage_cycles(district.titled_on, today, terms) if district.titled_on else []
    return points[-1] if points else None


def against_opening(district: District, today: dt.date) -> list[Refusal]:
    """What stands against opening the assessment of a pilot's cycle today."""
    if district.stage != Stage.PILOT or district.titled_on is None:
        return [Refusal(f"阶段评估在试点称号存续期间开展，本平台从公告日起算；城区现在{NO_DAY}")]
    terms = stage_terms()
    if point_of(district, today, terms) is None:
        following = next_cycle(district.titled_on, today, terms)
        mark = parameters.default_mark("stage.window_opens_days_before")
        return [Refusal(f"第1次阶段评估自{day_in_words(following.opens)}{mark}起开展" if following else "尚未到阶段评估的周期")]
    return against_table(district)


@transaction.atomic
def begin(*, district: District, by: User) -> StageAssessment:
    """Open the assessment of the cycle before the nightly job does. Raises ``NotAllowed``, ``Refused`` with all that stands against it."""
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "阶段评估由市级经办组织")
    today = clock.today()
    found, point = against_opening(district, today), point_of(district, today, stage_terms())
    if found or point is None:
        raise Refused(found)
    made = _open_one(district, point.day, point)
    if made is None:
        msg = "这一周期的阶段评估已经开展"
        raise Refused(msg)
    audit.record(action="stage_assessment.begin", by=by, obj=made)
    return made


@transaction.atomic
def open_early(*, district: District, by: User | None, reason: str) -> StageAssessment:
    """Open an assessment outside the cycle after an inspection found serious faults. Raises ``Refused`` if none can be opened."""
    made = _open_one(district, clock.today(), None)
    if made is None:
        msg = f"{district}今天已开放阶段评估"
        raise Refused(msg)
    audit.record(action="stage_assessment.open_early", by=by, obj=made, data={"reason": reason})
    return made


@transaction.atomic
def _open_one(district: District, day: dt.date, point: Cycle | None) -> StageAssessment | None:
    """Open the assessment of a day, numbered by the cycle's ``point`` or not; None if it exists. Raises ``Refused`` if no edition fits."""
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    held = list(StageAssessment.objects.filter(district=district).values_list("due", "round"))
    if any(due == day for due, _ in held):
        return None
    number = number_of(point, [given for _, given in held]) if point else None
    newest = planned_of(district)
    edition = edition_for(district, newest)
    if edition is None:
        raise Refused(against_scoring(None, real=not district.is_demo))
    year = day.year
    previous = (
        ScoreTable.objects.filter(district=district, purpose=Purpose.SELF_CHECK, status=TableState.RECEIVED).order_by("-year").first()
    )
    table = open_table(
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
    stage = StageAssessment.objects.create(district=district, round=number, due=day, year=year, table=table, opened_at=clock.now())
    if not settled_on_paper(stage, cycle_of(stage), clock.today()):
        notify_event(stage, BEGUN)
    return stage


def save_mechanisms(*, stage: StageAssessment, typed: Mapping[str, Mapping[str, str]], version: int, by: User) -> StageAssessment:
    """Save the district's checklist. Raises ``NotAllowed``, ``Refused`` by line, ``Stale`` with the stored values."""
    refusals = [
        Refusal(f"“{one.title}”说明最多{LONGEST}字", field=f"text-{one.key}")
        for one in CHECKLIST
        if len(typed.get(one.key, {}).get("text", "")) > LONGEST
    ]
    if refusals:
        raise Refused(refusals)
    kept = {
        one.key: {"state": line.get("state", "") if line.get("state") in STANDINGS else "", "text": line.get("text", "").strip()}
        for one in CHECKLIST
        if (line := typed.get(one.key, {}))
    }
    return _keep(stage, version, may=rules.may_fill(posts_of(by), stage), mechanism=kept)


def save_rectification(*, stage: StageAssessment, text: str, version: int, by: User) -> StageAssessment:
    """Save the rectification report. Raises as ``save_mechanisms``."""
    if len(text) > LONGEST:
        raise Refused([Refusal(f"整改报告最多{LONGEST}字，现有{len(text)}字", field="rectification")])
    return _keep(stage, version, may=rules.may_mend(posts_of(by), stage), rectification=text.strip())


@transaction.atomic
def _keep(stage: StageAssessment, version: int, *, may: bool, **fields: Any) -> StageAssessment:
    locked: StageAssessment = hold(stage)
    NotAllowed.unless(may, "现在不能填写这一部分；刚才填写的内容没有保存，可以复制留用")
    hold_version(locked, version)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])
    return locked


def on_hand_up(taken: Taken) -> None:
    """Store who handed it up and lock the score table; another person has to sign."""
    taken.obj.handed_up_by = taken.by
    lock_table(table=taken.obj.table)


def on_unlock(taken: Taken) -> None:
    """Unlock the score table."""
    unlock_table(table=taken.obj.table)


def on_sign(taken: Taken) -> None:
    """Assign number (once) and verification code; freeze the filed version."""
    stage = taken.obj
    stage.number = stage.number or next_number("JD", clock.now().year)
    give(stage)
    stage.figures = statements_of(stage, taken.today)
    extra = {"mechanism": stage.mechanism, "number": stage.number, "figures": stage.figures}
    submit_table(table=stage.table, by=taken.by, extra=extra)
    stage.filed_at = clock.now()


def on_recall(taken: Taken) -> None:
    """Recall the filed version."""
    recall_table(table=taken.obj.table, by=taken.by)


def on_return(taken: Taken) -> None:
    """Return the filed version with the reason."""
    return_table(table=taken.obj.table, by=taken.by, reason=taken.record.reason)


def on_open_review(taken: Taken) -> None:
    """Open a panel's review of the filed version."""
    stage = taken.obj
    receive_table(table=stage.table, by=None)
    documents = [{"title": file.printed_title, "key": str(file.key)} for file in evidence_of(stage)]
    subject = ReviewSubject(str(stage), stage.number or "", "阶段评估", judged_parties(stage.district, stage.district.applicant), documents)
    stage.review = open_review(table=stage.table, subject=subject, by=taken.by)


def on_propose(taken: Taken) -> None:
    """Store the city's findings on mechanisms and visit, with the verdict that follows from the rule."""
    stage = taken.obj
    for name in ("judged", "opinion", "visited_on", "visit_note"):
        setattr(stage, name, taken.values[name])
    shares = {name: str(parameters.load().number(key)) for key, name in SHARES.items()}
    stage.verdict, stage.proposed_by = verdict_of(stage).as_json() | shares, taken.by


def on_qualify(taken: Taken) -> None:
    """Conclude with 合格; against the rule, while the city has not confirmed its criterion, with the reason."""
    if not taken.facts["qualified"] and not taken.record.reason:
        raise Refused([Refusal("与判定规则的结果不同，请写明理由", found=results(taken.obj), field="reason")])
    _conclude(taken, StageConclusion.QUALIFIED)


def _conclude(taken: Taken, conclusion: StageConclusion) -> None:
    """Store the conclusion, and whether the city had confirmed the criterion by then."""
    stage = taken.obj
    stage.conclusion, stage.concluded_at = conclusion, clock.now()
    stage.verdict = {**stage.verdict, "confirmed": not taken.facts["open_criteria"]}


def on_disqualify(taken: Taken) -> None:
    """Conclude with 不合格 and start the rectification period."""
    _conclude(taken, StageConclusion.UNQUALIFIED)
    taken.obj.rectify_due = workdays.current().add(clock.today(), parameters.load().integer("rectify.days"))


def on_recheck_return(taken: Taken) -> None:
    """Drop the moment of the report that goes back; the log keeps it."""
    taken.obj.rectified_at = None


def on_ask_extension(taken: Taken) -> None:
    """Store the request for an extension with its reason."""
    taken.obj.extension_asked = fitted(taken.obj, "extension_asked", taken.record.reason)


def on_extend(taken: Taken) -> None:
    """Extend the period; possible once."""
    stage = taken.obj
    stage.extension_asked, stage.extended = "", True
    more = parameters.load().integer("rectify.extend_once_days")
    stage.rectify_due = workdays.current().add(stage.rectify_due or clock.today(), more)


def move_rectification(stage: int, day: dt.date) -> None:
    """Move the end of the rectification to ``day``, under the rule on outages of the portal."""
    StageAssessment.objects.filter(pk=stage, rectify_due__lt=day).update(rectify_due=day)


def on_refuse_extension(taken: Taken) -> None:
    """Refuse the extension; the period is unchanged."""
    taken.obj.extension_asked = ""


def on_report_mended(taken: Taken) -> None:
    """Store that the district has reported its rectification."""
    taken.obj.rectified_at = clock.now()


def review_concluded(*, record: Any, obj: Review, by: User | None, payload: Any) -> None:
    """Called when a review is concluded: its assessment goes on to the city."""
    del record, by, payload
    assessment = StageAssessment.objects.filter(review=obj, status=StageState.REVIEWING).first()
    if assessment is not None:
        take(obj=assessment, action="review_concluded", by=None, version=None)
        opinions.draw_up(matter=assessment, review=Review.objects.get(pk=obj.pk), model=StageOpinion, by=None)
