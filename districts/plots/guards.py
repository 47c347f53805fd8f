"""Who takes a step of plot control and what proves it: departments, files, 补录, and plausible days between the steps (七（二）).

A step belongs to the body that does it outside. The applicant's preparer may record it in its place, as 补录 with reason and file.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from districts.plots.rules import OFFICES, body_of_office, is_applicant
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Guard, Question, Seat

# Files that the policy names (七（二）1, 3, 5); every other step needs a file only as 补录.
PAPERS = {
    "contract": "土地出让合同", "pass_drawings": "施工图设计文件审查合格书", "complete": "竣工验收合格报告",
    "complete_short": "竣工验收报告", "correct": "复验合格报告",
}  # fmt: skip
PROOF = "补录的证明材料"
# Days that lie at least between a step and the one before it; one building is not finished within a month of its beginning.
LEAST_DAYS = {
    "contract": 1, "land_opinion": 1, "allocate": 1, "pass_design": 1, "exempt_design": 1, "pass_drawings": 1, "begin": 1, "finish": 30,
    "complete": 1, "complete_short": 1, "correct": 1,
}  # fmt: skip


def office_of(action: str) -> Seat:
    """Seat of the bodies to which a step belongs."""
    label, departments = OFFICES[action]
    return Seat(f"office_{'_'.join(departments)}", label, lambda held, control: body_of_office(held, control, departments) is not None)


BACKFILLER = Seat("backfiller", "申报主体填报人（补录）", is_applicant)


def stands_in(user: Any, control: Any, action: str) -> bool:
    """Whether the person takes the step in place of the body that does it."""
    return not office_of(action).holds(posts_of(user), control)


def proven(action: str, own: Seat | None = None) -> Guard:
    """Guard: the files of the step are there; taken by another than its office (or ``own``) it says so, with a reason."""

    def guard(question: Question) -> Iterable[Refusal]:
        if not question.typed or question.by is None:
            return
        typed, seat = question.payload, own or office_of(action)
        is_other = not seat.holds(posts_of(question.by), question.obj)
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


def apart(action: str) -> Guard:
    """Guard: as many days lie between the step and the one before as such work takes at least."""

    def guard(question: Question) -> Iterable[Refusal]:
        if not question.typed:
            return
        day, last, least = question.payload.get("on"), last_day(question.obj.steps), LEAST_DAYS[action]
        if day is not None and last is not None and 0 <= (day - last).days < least:
            words = "与上一步为同一天" if day == last else f"距上一步只有{(day - last).days}天"
            yield Refusal(f"日期{words}，这一步至少相隔{least}天", field="on", remedy="按文件上的日期填写；上一步日期有误的，退回后更正")

    guard.__name__ = "apart"
    return guard


def design_suffices(question: Question) -> Iterable[Refusal]:
    """Guard: no designed value is worse than required, unless who asked for it has recorded an exception (七（二）2)."""
    for words in (question.facts or {}).get("values", {}).get("designed_short", ()):
        remedy = "修改设计值，或由提出要求的部门在地块页登记例外"
        yield Refusal(f"设计差于要求：{words}", rule="PLOT-DESIGN", cite="七（二）2", field="", remedy=remedy)
