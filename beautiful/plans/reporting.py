"""Write quarterly progress: report, correct, check by somebody else, withdraw; every act is audited."""

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from beautiful.plans import rules
from beautiful.plans.content import quarter_end
from beautiful.plans.models import QUARTERS, PlannedTask, ProgressCorrection, QuarterlyProgress
from beautiful.plans.questions import Quarter, Statement, asked_of_quarter
from beautiful.plans.selectors.plans import units_of_own_values
from districts.file.services import STALE, assign, hold_constraints
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.services import ask, carry_answers, restore_answers
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.policy import parameters

PROOF = "季度进展证明"
STATED = ("value", "text", "problems", "reported_at", "reported_by", "confirmed_at", "confirmed_by")


class ReportReasons(NamedTuple):
    """Why a report is corrected, and why its figure is right although it was asked about."""

    reason: str = ""
    explanation: str = ""


UNSAID = ReportReasons()


@transaction.atomic
def report_progress(
    *,
    planned: PlannedTask,
    year: int,
    quarter: int,
    values: Mapping[str, Any],
    by: User,
    said: ReportReasons = UNSAID,
    uploads: "Sequence[UploadedFile[Any]]" = (),
) -> QuarterlyProgress:
    """Report a quarter, or correct its report with a reason while the task continues; another person checks it afterwards.

    Raises ``NotAllowed``, ``Refused``, also with questions about the value that ``said.explanation`` does not answer.
    """
    task = PlannedTask.objects.select_for_update(of=("self",), no_key=True).select_related("plan", "task").get(pk=planned.pk)
    NotAllowed.unless(rules.may_report(posts_of(by), task), "季度进展由责任单位在计划执行期间报送")
    _refuse_quarter(task, year, quarter)
    found = QuarterlyProgress.everything.filter(planned=task, year=year, quarter=quarter).first()
    stored = found or QuarterlyProgress(planned=task, year=year, quarter=quarter)
    corrects = found is not None and found.withdrawn_at is None
    before = ProgressCorrection(progress=stored, **{name: getattr(stored, name) for name in STATED}) if corrects else None
    told = copy(stored) if corrects else None
    changed = assign(stored, values)
    _hold_value(task, stored)
    if before is not None and changed:
        _correct(before, said.reason, by)
    asked = ask(stored, lambda now, _: _questions(task, now), stored, told, said.explanation)
    if changed or not corrects:
        _restate(stored, by, again=corrects)
        hold_constraints(stored)
        stored.save()
    if before is not None and changed:
        before.save()
        carry_answers(stored, before)
    asked.keep(stored, by)
    for upload in uploads:
        store(owner=stored, upload=upload, kind=PROOF, title=upload.name or PROOF, by=by)
    data = {"number": task.task.number, "year": year, "quarter": quarter, "changed": changed}
    data |= {name: text.strip() for name, text in said._asdict().items() if text.strip()}
    audit.record(action="beautiful.report_progress", by=by, obj=stored, data=data)
    return stored


def _refuse_quarter(planned: PlannedTask, year: int, quarter: int) -> None:
    found = []
    if year not in planned.plan.years or quarter not in QUARTERS:
        found.append(Refusal("这一季度不在计划的三年内", field="quarter"))
    elif quarter_end(year, quarter) > clock.today():
        found.append(Refusal("这一季度尚未结束", field="quarter"))
    if found:
        raise Refused(found)


def _hold_value(planned: PlannedTask, stored: QuarterlyProgress) -> None:
    asked = bool(units_of_own_values(planned, [stored.key]))
    if stored.value is not None and not asked:
        raise Refused([Refusal("没有数量目标的任务不填数值；有区任务的，数值由区任务合计", field="value")])
    if stored.value is None and asked:
        raise Refused([Refusal("请填写累计完成值", field="value")])


def _correct(before: ProgressCorrection, reason: str, by: User) -> None:
    if not reason.strip():
        raise Refused([Refusal("更正已报送的进展须写明理由", field="reason")])
    before.reason, before.corrected_at, before.corrected_by = reason.strip(), clock.now(), by


def _questions(planned: PlannedTask, stored: QuarterlyProgress) -> list[PlausibilityFinding]:
    """Questions about the value, beside the other quarters that are reported in the same unit."""
    if stored.value is None:
        return []
    content = planned.content_on(quarter_end(*stored.key))
    rows = planned.progress.exclude(pk=stored.pk).filter(value__isnull=False)
    others: dict[Quarter, Decimal] = {
        row.key: row.value for row in rows if row.value is not None and planned.content_on(quarter_end(*row.key)).unit == content.unit
    }
    return asked_of_quarter(content, Statement(stored.key, stored.value, stored.problems), others, limits_of(parameters.load()))


def _restate(stored: QuarterlyProgress, by: User, *, again: bool) -> None:
    """The statement is of this moment and person, and nobody has checked it; a withdrawn one begins anew."""
    stored.reported_at, stored.reported_by = clock.now(), by
    if stored.filed_at is None or stored.withdrawn_at is not None:
        stored.filed_at = stored.reported_at
    stored.confirmed_at, stored.confirmed_by = None, None
    stored.withdrawn_at, stored.withdrawn_by, stored.withdrawal = None, None, ""
    stored.version += 1 if again else 0


def _held(progress: QuarterlyProgress, version: int | None) -> QuarterlyProgress:
    """Lock the task and return the report. Raises ``Stale`` where it is not the one that was read."""
    PlannedTask.objects.select_for_update(of=("self",), no_key=True).get(pk=progress.planned_id)
    stored = QuarterlyProgress.objects.select_related("planned__plan", "planned__task").filter(pk=progress.pk).first()
    if stored is None or (version is not None and stored.version != version):
        raise Stale(STALE, current=stored)
    return stored


@transaction.atomic
def confirm_progress(*, progress: QuarterlyProgress, version: int | None, by: User) -> QuarterlyProgress:
    """Check a report as somebody else than its author: from now on the city relies on it. Raises ``NotAllowed``, ``Stale``."""
    stored = _held(progress, version)
    Refused.when(stored.confirmed_at, "这一季度的进展已经核对")
    NotAllowed.unless(rules.may_confirm(posts_of(by), stored), "季度进展由“美丽上海统筹”的岗位核对，报送人不能核对自己报送的进展")
    stored.confirmed_at, stored.confirmed_by = clock.now(), by
    stored.save()
    data = {"number": stored.planned.task.number, "year": stored.year, "quarter": stored.quarter, "value": str(stored.value or "")}
    audit.record(action="beautiful.confirm_progress", by=by, obj=stored, data=data)
    return stored


@transaction.atomic
def withdraw_progress(*, progress: QuarterlyProgress, version: int | None, reason: str, by: User) -> QuarterlyProgress:
    """Take a report back, or return it, before it is checked: a corrected one reads as before the correction, a first one is owed again.

    Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    stored = _held(progress, version)
    Refused.when(stored.confirmed_at, "这一季度的进展已经核对，不能撤回；有误的，更正并写明理由")
    NotAllowed.unless(rules.may_withdraw(posts_of(by), stored), "季度进展在核对以前由责任单位撤回，或者由核对的岗位退回")
    if not reason.strip():
        raise Refused([Refusal("请写明理由", field="reason")])
    correction = stored.corrections.filter(undone="").order_by("-pk").first()
    if correction is not None:
        correction.undone = reason.strip()
        correction.save(update_fields=["undone"])
        for name in STATED:
            setattr(stored, name, getattr(correction, name))
        restore_answers(stored, correction, correction.corrected_at)
    else:
        stored.withdrawn_at, stored.withdrawn_by, stored.withdrawal = clock.now(), by, reason.strip()
    stored.version += 1
    stored.save()
    data = {"number": stored.planned.task.number, "year": stored.year, "quarter": stored.quarter, "reason": reason.strip()}
    audit.record(action="beautiful.withdraw_report", by=by, obj=stored, data=data | {"restored": correction is not None})
    return stored
