"""Who takes a step of plot control and what proves it: departments, files, 补录, and questions about days between the steps (七（二）).

A step belongs to the body that does it outside. The applicant's preparer may record it in its place, as 补录 with reason and file.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from districts.plausibility.comparisons import PlausibilityFinding
from districts.plausibility.expectations import DayOfRow, least_days, near
from districts.plausibility.services import ASK, EXPLANATION
from districts.plots.rules import OFFICES, body_of_office, is_applicant
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Guard, Question, Seat, reads

# Files that the policy names (七（二）1, 3, 5); every other step needs a file only as 补录.
PAPERS = {
    "contract": "土地出让合同", "pass_drawings": "施工图设计文件审查合格书", "complete": "竣工验收合格报告",
    "complete_short": "竣工验收报告", "correct": "复验合格报告",
}  # fmt: skip
PROOF = "补录的证明材料"


VALUES, OPINIONS, CHECKS = "p-values", "p-opinions", "p-checks"  # places on the page of a plot


def page_at(control: Any, place: str) -> str:
    """Where something about a plot is filled in: a place on its page."""
    plot = control.plot
    return f"{reverse('districts:plot_control', kwargs={'code': plot.district.code, 'pk': plot.pk})}#{place}" if plot.pk else ""


def office_of(action: str) -> Seat:
    """Seat of the bodies to which a step belongs."""
    label, departments = OFFICES[action]
    return Seat(f"office_{'_'.join(departments)}", label, lambda held, control: body_of_office(held, control, departments) is not None)


BACKFILLER = Seat("backfiller", "申报主体填报人（补录）", is_applicant)


def stands_in(held: HeldPosts, control: Any, action: str) -> bool:
    """Whether somebody with these posts takes the step in place of the body that does it."""
    return not office_of(action).holds(held, control)


def proven(action: str, own: Seat | None = None) -> Guard:
    """Guard: the files of the step are there; taken by another than its office (or ``own``) it says so, with a reason."""

    def guard(question: Question) -> Iterable[Refusal]:
        if not question.typed or not question.held.is_somebody:
            return
        typed, seat = question.payload, own or office_of(action)
        is_other = not seat.holds(question.held, question.obj)
        if is_other and not typed.get("backfill"):
            yield Refusal(f"这一步由{seat.label}登记；代为登记的是补录，请勾选“补录”", field="backfill")
        if is_other and not str(typed.get("backfill_reason") or "").strip():
            yield Refusal("请填写补录的理由", field="backfill_reason")
        if (is_other or action in PAPERS) and not typed.get("upload"):
            yield Refusal(f"请上传{PAPERS.get(action, PROOF)}", field="upload")

    guard.__name__ = "proven"
    return guard


def last_day(steps: Mapping[str, Any]) -> dt.date | None:
    """Day of the newest step of a control table."""
    last = max((kept["on"] for kept in steps.values() if kept.get("on")), default="")
    return dt.date.fromisoformat(last) if last else None


def near_step(steps: Mapping[str, Any], action: str, label: str, day: dt.date | None) -> list[PlausibilityFinding]:
    """What is asked about the day of a step: whether it follows the step before sooner than such work usually takes."""
    return list(near(DayOfRow(action, f"{label}的日期", day), DayOfRow("", "上一步", last_day(steps)), least_days().get(action, 0)))


def apart(action: str, label: str) -> Guard:
    """Guard: a step sooner after the one before than such work usually takes says why; papers do bear the same day."""

    def guard(question: Question) -> Iterable[Refusal]:
        if not question.typed or str(question.payload.get(EXPLANATION) or "").strip():
            return
        for one in near_step(question.obj.steps, action, label, question.payload.get("on")):
            yield Refusal(one.text, field="on", remedy="按文件上的日期填写；上一步日期有误的，退回后更正")
            yield Refusal(ASK, field=EXPLANATION)

    guard.__name__ = "apart"
    return guard


@reads("values")
def design_suffices(question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: no designed value is worse than required, unless who asked for it has recorded an exception (七（二）2)."""
    for words in values.get("designed_short", ()):
        remedy = "修改设计值，或由提出要求的部门在地块页登记例外"
        yield Refusal(f"设计差于要求：{words}", rule="PLOT-DESIGN", cite="七（二）2", remedy=remedy, href=page_at(question.obj, VALUES))
