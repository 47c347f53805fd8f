"""Write evaluations: begin, self-report, check, conclude, link adjustments; every act is audited."""

from collections.abc import Collection

from django.db import transaction

from beautiful.evaluations.models import AreaEvaluation, EvaluationConclusion, EvaluationUse
from beautiful.evaluations.selectors import adjustments_for, areas_to_begin, lights_of, may_check, may_conclude, may_report, may_use
from beautiful.frame.programme import programme
from beautiful.plans.models import ActionPlan, TaskAdjustment
from beautiful.plans.rules import coordinates
from districts.file.services import hold_constraints, locked
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused

SEAT = "跟踪评估由“美丽上海统筹”的岗位开始"


def _filled(text: str, field: str, words: str) -> str:
    if not text.strip():
        raise Refused([Refusal(words, field=field)])
    return text.strip()


@transaction.atomic
def begin(*, plan: ActionPlan, year: int, areas: Collection[str], by: User) -> list[AreaEvaluation]:
    """Begin evaluations of a past year, one per chosen area. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(coordinates(posts_of(by)), SEAT)
    held = ActionPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    Refused.unless(held.issued_on, "计划印发以后才能评估")
    waiting = {area.key for area in areas_to_begin(held, clock.today()).get(year, ())}
    Refused.unless(waiting, f"{year}年度不在计划内、尚未结束或者各领域已经开始评估")
    if not areas:
        raise Refused([Refusal("请选择要评估的领域", field="areas")])
    Refused.unless(waiting.issuperset(areas), "所选领域这一年度已经开始评估")
    chosen = [area for area in programme().areas if area.key in areas]
    made = AreaEvaluation.objects.bulk_create(
        AreaEvaluation(plan=held, year=year, area=area.key, begun_at=clock.now(), begun_by=by) for area in chosen
    )
    audit.record(action="beautiful.begin_evaluation", by=by, obj=held, data={"year": year, "areas": [area.key for area in chosen]})
    return made


def _keep(stored: AreaEvaluation, action: str, by: User) -> AreaEvaluation:
    hold_constraints(stored)
    stored.version += 1
    stored.save()
    audit.record(action=action, by=by, obj=stored, data={"year": stored.year, "area": stored.area})
    return stored


@transaction.atomic
def report(*, evaluation: AreaEvaluation, text: str, version: int | None, by: User) -> AreaEvaluation:
    """Save the self-report; it may be changed until the check. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    stored = locked(evaluation, version)
    NotAllowed.unless(may_report(posts_of(by), stored), "自评由本领域任务的责任单位或者“美丽上海统筹”的岗位在核对以前填报")
    stored.report, stored.reported_at, stored.reported_by = _filled(text, "text", "请填写自评"), clock.now(), by
    return _keep(stored, "beautiful.report_evaluation", by)


@transaction.atomic
def check(*, evaluation: AreaEvaluation, text: str, version: int | None, by: User) -> AreaEvaluation:
    """Save the result of the check. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    stored = locked(evaluation, version)
    NotAllowed.unless(may_check(posts_of(by), stored), "自评由“美丽上海统筹”的岗位核对，自评人不能核对")
    stored.check_text, stored.checked_at, stored.checked_by = _filled(text, "text", "请填写核对意见"), clock.now(), by
    return _keep(stored, "beautiful.check_evaluation", by)


@transaction.atomic
def conclude(*, evaluation: AreaEvaluation, conclusion: str, text: str, version: int | None, by: User) -> AreaEvaluation:
    """Save the conclusion and freeze the traffic lights of the tasks. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    stored = locked(evaluation, version)
    NotAllowed.unless(may_conclude(posts_of(by), stored), "结论由市级审定在核对以后作出，核对人不能作结论")
    stored.conclusion, stored.conclusion_text = EvaluationConclusion(conclusion), _filled(text, "text", "请填写结论说明")
    stored.concluded_at, stored.concluded_by, stored.frozen = clock.now(), by, lights_of(stored)
    return _keep(stored, "beautiful.conclude_evaluation", by)


@transaction.atomic
def use(*, evaluation: AreaEvaluation, adjustment: TaskAdjustment, note: str, by: User) -> EvaluationUse:
    """Link a task adjustment that followed from the evaluation. Raises ``NotAllowed``, ``Refused``."""
    stored = AreaEvaluation.objects.select_for_update(of=("self",), no_key=True).select_related("plan").get(pk=evaluation.pk)
    NotAllowed.unless(may_use(posts_of(by), stored), "结果应用由“美丽上海统筹”的岗位在结论以后登记")
    Refused.unless(adjustments_for(stored).filter(pk=adjustment.pk).exists(), "只连接结论以后对本领域任务的调整，每项调整一次")
    made = EvaluationUse.objects.create(
        evaluation=stored,
        adjustment=adjustment,
        note=_filled(note, "note", "请写明怎样应用"),
        recorded_at=clock.now(),
        recorded_by=by,
    )
    audit.record(action="beautiful.use_evaluation", by=by, obj=made, data={"evaluation": str(stored), "adjustment": str(adjustment)})
    return made
