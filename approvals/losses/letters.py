"""Draft letters of a loss of title: notice of intent, decision, proof of delivery."""

import datetime as dt

from approvals.cases.enums import CaseState
from approvals.cases.letters.sheet import BLANK, Letter, LetterKind, numbered, policy_of, signed_by
from approvals.cases.models.cases import Case
from approvals.common.enums import LossGround
from approvals.common.wording import REMEDIES, WORDS
from approvals.losses.models import LossFile
from districts.file.models.district import District
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters

CLAUSES = {LossGround.CANCEL: "第八条第（三）项", LossGround.REVOKE: "第八条第（四）项"}
# Sentences of 沪住建规范联〔2023〕13号 八（三） and 八（四） on which a title is taken away.
QUOTED = {
    LossGround.CANCEL: "审查结果未通过的，取消“上海市绿色生态城区试点”称号",
    LossGround.REVOKE: "对未按照绿色生态相关要求实施且连续两次评估不合格的城区，撤销其称号",
}
DECIDED = frozenset({CaseState.DECIDED, CaseState.SERVED, CaseState.ANNOUNCED})


def _title_of(district: District) -> str:
    held = district.titles.order_by("-granted_on", "-pk").first()
    return f"“上海市绿色生态城区{held.get_kind_display() if held else '试点'}”称号{f'（{held.number}）' if held and held.number else ''}"


def _taking(case: Case) -> str:
    return f"{WORDS[LossGround(case.loss.ground)]}{case.district.name}{_title_of(case.district)}"


def _basis(loss: LossFile) -> str:
    policy = policy_of(loss.case.decided_on)
    return f"《{policy.title}》（{policy.code}）{CLAUSES[LossGround(loss.ground)]}"


def _quoted(loss: LossFile) -> str:
    """The quoted sentence of the policy."""
    return f"“{QUOTED[LossGround(loss.ground)]}”的规定"


def _further(loss: LossFile) -> list[str]:
    """Basis given by the officer beside the policy."""
    named = policy_of(loss.case.decided_on).code in loss.basis
    return [] if named or not loss.basis else [f"其他依据：{loss.basis}"]


def _evidence(case: Case) -> str:
    """List of evidence by title."""
    titles = case.documents.filter(slot="facts").order_by("pk").values_list("document__title", flat=True)
    return f"证据目录：{'；'.join(f'{number}. {title}' for number, title in enumerate(titles, 1)) or BLANK}。"


def _failures(loss: LossFile) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"{number}", cn_date(dt.date.fromisoformat(one["on"])), one["what"], one["source"].removeprefix("补录："))
        for number, one in enumerate(loss.failures, start=1)
    )


def _found(loss: LossFile) -> list[str]:
    found = [f"经查：{loss.facts or BLANK}"]
    if loss.ground == LossGround.REVOKE:
        found.append(f"未按照绿色生态相关要求实施：{loss.not_implemented or BLANK}")
    return found


def _intent(case: Case) -> Letter:
    loss, days = case.loss, parameters.load().integer("hearing_days")
    return Letter(
        title=f"{WORDS[LossGround(loss.ground)]}称号事先告知书",
        to=case.applicant.name,
        number=loss.intent_number,
        paragraphs=(
            *_found(loss),
            f"依据{_basis(loss)}{_quoted(loss)}，拟{_taking(case)}。",
            *_further(loss),
            f"你单位可以自收到本告知书次日起{days}个工作日内提出书面或者口头陈述申辩；也可以书面放弃。期满未提出的，按未陈述申辩继续办理。",
        ),
        heads=("序号", "结论日期", "评估", "出处") if loss.failures else (),
        lines=_failures(loss),
        closing=(_evidence(case), f"联系人：{BLANK}；电话：{BLANK}；地址：{BLANK}。"),
        day=loss.intent_served_on,
        by=signed_by(loss.intent_served_on),
    )


def _heard(loss: LossFile) -> str:
    if loss.statement:
        return f"你单位于{cn_date(loss.statement_on)}陈述申辩：{loss.statement}"
    return f"你单位{loss.statement_way or BLANK}。"


def _decision(case: Case) -> Letter:
    loss, day = case.loss, case.decided_on
    return Letter(
        title=f"关于{_taking(case)}的决定",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            *_found(loss),
            f"本机关以{numbered(loss.intent_number, loss.intent_served_on)}事先告知。{_heard(loss)}",
            f"经复核，{(loss.considered or BLANK).removeprefix('经复核，')}",
            f"经法制审核和集体讨论，依据{_basis(loss)}{_quoted(loss)}，决定{_taking(case)}。",
            *_further(loss),
            loss.remedies or REMEDIES,
        ),
        heads=("序号", "结论日期", "评估", "出处") if loss.failures else (),
        lines=_failures(loss),
        day=day,
        by=signed_by(day),
    )


def _delivery(case: Case) -> Letter:
    loss = case.loss
    rows = (
        ("送达文书", f"关于{_taking(case)}的决定"),
        ("文号", case.decision_number or BLANK),
        ("受送达人", case.applicant.name),
        ("送达方式", loss.served_way or BLANK),
        ("送达日期", cn_date(loss.served_on) or BLANK),
        ("签收人（签名）", loss.served_to or BLANK),
        ("送达人（签名）", BLANK),
        ("备注", ""),
    )
    day = loss.served_on
    return Letter("送达回证", "", (), heads=("项目", "内容"), lines=rows, day=day, by=signed_by(case.decided_on))


def _holder_notified(case: Case) -> bool:
    return case.loss.intent_served_on is not None


def _served(case: Case) -> bool:
    return case.loss.served_on is not None


LETTERS = (
    LetterKind("intent", "事先告知书", lambda case: bool(case.loss.facts), _holder_notified, _intent, ("agree", "to_tell", "tell")),
    LetterKind(
        "decision", "决定书", lambda case: case.loss.discussed_on is not None and case.status != CaseState.DROPPED, _served, _decision,
        ("decide",),
    ),
    LetterKind("delivery", "送达回证", lambda case: case.status in DECIDED, _served, _delivery, ("serve",)),
)  # fmt: skip
