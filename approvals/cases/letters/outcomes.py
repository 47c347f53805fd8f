"""Draft letters of the decision on an application or an acceptance."""

from collections.abc import Iterator

from approvals.cases.enums import CaseState
from approvals.cases.guards import PASSED
from approvals.cases.letters.sheet import Letter, LetterKind, basis, day_of, filed, reason_of, signed_by
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from assessments.common.enums import Conclusion
from greendistrict.core.templatetags.gd import cn_date

TITLE = {CaseKind.APPLICATION: "试点", CaseKind.ACCEPTANCE: "示范"}
REVIEW = {CaseKind.APPLICATION: "专家技术审查", CaseKind.ACCEPTANCE: "终期验收评审"}
AFTER = {
    CaseKind.APPLICATION: "请按照批准的绿色生态专业规划、年度实施计划和近期重点项目实施计划组织建设，按时报送年度自查。",
    CaseKind.ACCEPTANCE: "请继续落实运营管理，接受监督检查和后评估。",
}
AT_DECISION = frozenset({CaseState.CHECKING, CaseState.LEGAL, CaseState.DECIDING})


def _passed(case: Case) -> bool:
    return case.review is not None and case.review.conclusion in PASSED


def _failed(case: Case) -> bool:
    return case.review is not None and bool(case.review.conclusion) and not _passed(case)


def _grant(case: Case) -> Letter:
    kind = CaseKind(case.kind)
    name = f"“上海市绿色生态城区{TITLE[kind]}”称号"
    star = f"（{case.get_star_found_display()}）" if case.star_found else ""
    day = case.decided_on
    return Letter(
        title=f"关于授予{case.district.name}{name}的决定",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            f"你单位报送的{filed(case)}（{case.number}）材料收悉。",
            "".join(_way(case)),
            f"依据{basis(case, day)}，决定授予{case.district.name}{name}{star}。称号自公告之日起计算（本平台理解，待市住建委确认）。",
            AFTER[kind],
        ),
        day=day,
        by=signed_by(day),
    )


def _way(case: Case) -> Iterator[str]:
    """Steps of the case as far as recorded, in words."""
    if approvals := [row.approval_number for row in case.endorsements.order_by("pk") if row.approval_number]:
        yield f"经{'、'.join(approvals)}批复同意申报，"
    yield f"{cn_date(day_of(case.accepted_at))}受理"
    if case.review and case.review.conclusion:
        words = Conclusion(case.review.conclusion).label
        yield f"，{cn_date(day_of(case.review.concluded_at))}{REVIEW[CaseKind(case.kind)]}结论为“{words}”"
    if notice := case.notices.order_by("-pk").first():
        named_objections = notice.objections.exclude(name="").count()
        heard = f"收到具名意见{named_objections}条，均已答复" if named_objections else "没有收到具名意见"
        yield f"，{cn_date(notice.opens_on)}至{cn_date(notice.closes_on)}公示，{heard}"
    yield "。"


def _turn_down(case: Case) -> Letter:
    day, review = case.decided_on, REVIEW[CaseKind(case.kind)]
    more = (
        f"依据{basis(case, day)}，将按程序取消试点称号，另行书面告知；在取消决定作出前，试点称号不变。"
        if case.kind == CaseKind.ACCEPTANCE
        else "条件具备后，可以另行申报。"
    )
    return Letter(
        title=f"关于{filed(case)}未通过{review}的告知书",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            f"你单位报送的{filed(case)}（{case.number}）材料收悉。",
            "".join(_way(case)),
            f"依据{basis(case, day)}，{review}结论为未通过。具体情况：{reason_of(case, 'decide_failed')}",
            more,
        ),
        day=day,
        by=signed_by(day),
    )


LETTERS = (
    LetterKind(
        "grant", "授予决定",
        lambda case: _passed(case) and case.status in AT_DECISION | {CaseState.DECIDED, CaseState.ANNOUNCED},
        lambda case: case.status in {CaseState.DECIDED, CaseState.ANNOUNCED}, _grant, ("decide",),
    ),
    LetterKind(
        "not-passed", "未通过的告知书", lambda case: _failed(case) and case.status in AT_DECISION | {CaseState.FAILED},
        lambda case: case.status == CaseState.FAILED, _turn_down, ("decide_failed",),
    ),
)  # fmt: skip
