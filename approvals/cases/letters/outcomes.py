"""Draft letters of the decision on an application or an acceptance."""

import datetime as dt
from collections.abc import Iterator

from approvals.cases.enums import IN_FAVOUR, CaseState
from approvals.cases.guards import PASSED
from approvals.cases.letters.examination import LetterKind, block, clause_of, contact, day_of, designated, filed, reason_of, received
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, TitleKind
from assessments.common.enums import Conclusion
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing
from greendistrict.workflow.letters import BLANK, Letter

TITLE = {CaseKind.APPLICATION: TitleKind.PILOT.label, CaseKind.ACCEPTANCE: TitleKind.DEMONSTRATION.label}
GRANTED = {CaseKind.APPLICATION: citing.PILOT_GRANTED, CaseKind.ACCEPTANCE: citing.DEMONSTRATION_GRANTED}
EXAMINED = {CaseKind.APPLICATION: citing.EXAMINED, CaseKind.ACCEPTANCE: citing.ACCEPTED}
AFTER = {CaseKind.APPLICATION: "grant-pilot", CaseKind.ACCEPTANCE: "grant-demonstration"}
AT_DECISION = frozenset({CaseState.CHECKING, CaseState.LEGAL, CaseState.DECIDING})


def _passed(case: Case) -> bool:
    return case.review is not None and case.review.conclusion in PASSED


def _failed(case: Case) -> bool:
    return case.review is not None and bool(case.review.conclusion) and not _passed(case)


def _grant(case: Case) -> Letter:
    kind, day = CaseKind(case.kind), case.decided_on
    name = f"“上海市绿色生态城区{TITLE[kind]}”称号"
    star = f"，评定星级为{case.star_words}" if case.star_found else ""
    return Letter(
        title=f"关于授予{case.district.name}{name}的决定",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            received(case),
            "".join(_way(case)),
            (f"根据{citing.cited(GRANTED[kind], day)}，决定授予{case.district.name}{name}{star}。称号自公告之日起计算。"),
            block(case, AFTER[kind], day),
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
        copied_to=designated(case, day),
    )


def _way(case: Case) -> Iterator[str]:
    """Recorded steps of the case in words."""
    if approvals := [row.approval_number for row in case.endorsements.order_by("pk") if row.approval_number]:
        yield f"该申报经{'、'.join(approvals)}批复同意，"
    yield f"我委于{cn_date(day_of(case.accepted_at)) or BLANK}受理"
    if case.review and case.review.conclusion:
        words = Conclusion(case.review.conclusion).label
        yield f"，{cn_date(day_of(case.review.concluded_at)) or BLANK}{case.panel_name}结论为“{words}”"
    if notice := case.notices.order_by("-pk").first():
        named_objections = notice.objections.exclude(name="").count()
        heard = f"收到具名意见{named_objections}条，均已答复" if named_objections else "没有收到具名意见"
        yield f"，{cn_date(notice.opens_on)}至{cn_date(notice.closes_on)}公示，{heard}"
    yield "。"


def _turn_down(case: Case) -> Letter:
    day, kind = case.decided_on, CaseKind(case.kind)
    return Letter(
        title=f"关于{filed(case)}未通过{case.panel_name}的告知书",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            received(case),
            "".join(_way(case)),
            f"根据{citing.cited(EXAMINED[kind], day)}，我委组织的{case.panel_name}未通过。{reason_of(case, 'decide_failed')}",
            _what_follows(case, day),
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
        copied_to=designated(case, day),
    )


def _what_follows(case: Case, day: dt.date | None) -> str:
    """What follows from the refusal: 八（三） states it for a failed acceptance; 八（一） states nothing for an application."""
    if case.kind == CaseKind.ACCEPTANCE:
        return f"依据{citing.cited(citing.PILOT_CANCELLED, day)}，将按程序取消试点称号，另行书面告知；在取消决定作出前，试点称号不变。"
    return f"符合{clause_of(case, day)}规定的申报条件后，可以另行申报。"


LETTERS = (
    LetterKind(
        "grant", "授予决定",
        lambda case: _passed(case) and case.status in AT_DECISION | IN_FAVOUR,
        lambda case: case.status in IN_FAVOUR, _grant, ("decide",),
    ),
    LetterKind(
        "not-passed", "未通过的告知书", lambda case: _failed(case) and case.status in AT_DECISION | {CaseState.FAILED},
        lambda case: case.status == CaseState.FAILED, _turn_down, ("decide_failed",),
    ),
)  # fmt: skip
