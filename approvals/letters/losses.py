"""Drafts of taking a title away: notice of intent, decision, proof of delivery."""

import datetime as dt

from approvals.enums import LossGround
from approvals.letters.sheet import BLANK, Letter, LetterKind, numbered, policy_of, signed_by
from approvals.models import Case, LossFile
from approvals.words import REMEDIES
from districts.models import District
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters

CLAUSES = {LossGround.CANCEL: "八（三）", LossGround.REVOKE: "八（四）"}
WORDS = {LossGround.CANCEL: "取消", LossGround.REVOKE: "撤销"}
DECIDED = frozenset({"decided", "served", "announced"})


def _title_of(district: District) -> str:
    held = district.titles.order_by("-granted_on", "-pk").first()
    return f"“上海市绿色生态城区{held.get_kind_display() if held else '试点'}”称号{f'（{held.number}）' if held and held.number else ''}"


def _taking(case: Case) -> str:
    return f"{WORDS[LossGround(case.loss.ground)]}{case.district.name}{_title_of(case.district)}"


def _basis(loss: LossFile) -> str:
    policy = policy_of(loss.case.decided_on)
    return f"《{policy.title}》（{policy.code}）{CLAUSES[LossGround(loss.ground)]}"


def _failures(loss: LossFile) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"{number}", cn_date(dt.date.fromisoformat(one["on"])), one["what"], one["source"])
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
        number=loss.told_number,
        paragraphs=(
            *_found(loss),
            f"依据：{loss.basis or _basis(loss)}。拟{_taking(case)}。",
            f"你单位可以自收到本告知书次日起{days}个工作日内提出书面或者口头陈述申辩；也可以书面放弃。期满未提出的，按未陈述申辩继续办理。",
        ),
        heads=("序号", "结论日期", "评估", "出处") if loss.failures else (),
        lines=_failures(loss),
        day=loss.told_on,
        by=signed_by(loss.told_on),
    )


def _heard(loss: LossFile) -> str:
    if loss.statement:
        return f"你单位于{cn_date(loss.statement_on)}陈述申辩：{loss.statement}"
    return f"陈述申辩：{loss.statement_way or BLANK}。"


def _decision(case: Case) -> Letter:
    loss, day = case.loss, case.decided_on
    return Letter(
        title=f"关于{_taking(case)}的决定",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            *_found(loss),
            f"本机关以{numbered(loss.told_number, loss.told_on)}事先告知。{_heard(loss)}",
            f"复核意见：{loss.considered or BLANK}",
            f"经法制审核和集体讨论，依据{loss.basis or _basis(loss)}，决定{_taking(case)}。",
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


def _told(case: Case) -> bool:
    return case.loss.told_on is not None


def _served(case: Case) -> bool:
    return case.loss.served_on is not None


LETTERS = (
    LetterKind("intent", "事先告知书", lambda case: bool(case.loss.facts), _told, _intent, ("agree", "to_tell", "tell")),
    LetterKind(
        "decision", "决定书", lambda case: case.loss.discussed_on is not None and case.status != "dropped", _served, _decision,
        ("decide",),
    ),
    LetterKind("delivery", "送达回证", lambda case: case.status in DECIDED, _served, _delivery, ("serve",)),
)  # fmt: skip
