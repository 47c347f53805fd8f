"""Draft letters of a loss of title: notice of intent, record of the hearing, decision, proof of delivery."""

import datetime as dt
from collections.abc import Iterator

from approvals.cases.enums import CaseState
from approvals.cases.letters.examination import LetterKind, as_part, block, contact, numbered
from approvals.cases.models.cases import Case
from approvals.common.enums import EntryWay, LossGround
from approvals.common.wording import WORDS
from approvals.losses.city_assessments import hearing_term
from approvals.losses.lifecycle import BY_NOTICE
from approvals.losses.models import FILED_HERE, LossFile
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, parameters
from greendistrict.policy.statutes import noticed
from greendistrict.workflow.letters import BLANK, Letter, sentence, sentences

GROUNDS = {LossGround.CANCEL: citing.PILOT_CANCELLED, LossGround.REVOKE: citing.TITLE_REVOKED}
ASSESSED = ("序号", "结论日期", "评估", "出处")
WRITTEN = frozenset({FILED_HERE, EntryWay.PAPER.label})
DECIDED = frozenset({CaseState.DECIDED, CaseState.SERVED, CaseState.ANNOUNCED})


def _taking(case: Case) -> str:
    held = case.district.titles.order_by("-granted_on", "-pk").first()
    title = f"“上海市绿色生态城区{held.get_kind_display() if held else '试点'}”称号{f'（{held.number}）' if held and held.number else ''}"
    return f"{WORDS[LossGround(case.loss.ground)]}{case.district.name}{title}"


def _ground(loss: LossFile, day: dt.date | None) -> str:
    """Sentence that states the policy ground, followed by the basis the officer named."""
    cited = citing.cited(GROUNDS[LossGround(loss.ground)], day)
    more = as_part(loss.basis)
    return f"{cited}，以及{more}" if more and citing.policy_of(day).code not in more else cited


def _evidence(case: Case) -> tuple[str, ...]:
    """Titles of the evidence, as listed in the annex."""
    rows = case.documents.filter(slot="facts").select_related("document").order_by("pk")
    titles = [row.document.printed_title for row in rows]
    return (f"证据目录（{'；'.join(f'{number}. {title}' for number, title in enumerate(titles, 1)) or BLANK}）",)


def _failures(loss: LossFile) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"{number}", cn_date(dt.date.fromisoformat(one["on"])), one["what"], one["source"].removeprefix("补录："))
        for number, one in enumerate(loss.failures, start=1)
    )


def _found(loss: LossFile) -> Iterator[str]:
    yield f"经查，{sentence(loss.facts) or BLANK}{'历次评估结论列表如下。' if loss.failures else ''}"
    if loss.ground == LossGround.REVOKE:
        yield f"经认定，该城区未按照绿色生态相关要求实施，{sentence(loss.not_implemented) or BLANK}"


def _intent(case: Case) -> Letter:
    loss, day = case.loss, case.loss.intent_served_on
    days, due = hearing_term(day) if day else (parameters.load().integer("hearing_days"), None)
    until = f"（{cn_date(due)}）" if due else ""  # what was told on its day, whatever moved the term later
    return Letter(
        title=f"拟{_taking(case)}事先告知书",
        to=case.applicant.name,
        number=loss.intent_number,
        paragraphs=(*_found(loss), f"依据{_ground(loss, day)}，拟{_taking(case)}。"),
        heads=ASSESSED if loss.failures else (),
        lines=_failures(loss),
        closing=(
            block(case, "hearing", day, applicant_term=f"{days}个工作日{until}"),
            block(case, "hearing-place", day),
        ),
        annexes=_evidence(case),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


def _hearing(case: Case) -> Letter:
    """陈述申辩笔录: who stated what, when and how."""
    loss, day = case.loss, case.loss.statement_on
    who = f"{case.applicant.name}{f'（陈述人{loss.statement_by}）' if loss.statement_by else ''}"
    way = f"以{loss.statement_way}方式" if loss.statement_way else ""
    return Letter(
        title=f"{case.district.name}称号事项陈述申辩笔录",
        to="",
        paragraphs=(
            (
                f"{cn_date(day) or BLANK}，{who}{way}就{numbered(loss.intent_number, loss.intent_served_on)}事先告知的"
                f"拟{_taking(case)}一事提出陈述申辩，记录如下。"
            ),
            *sentences(loss.statement or BLANK),
            "记录人已告知陈述人核对记录，陈述人认为有遗漏或者差错的，有权申请补充或者更正。以上记录经陈述人核对无误。",
        ),
        closing=("陈述人（签名）＿＿＿＿＿＿　　年　月　日", "记录人（签名）＿＿＿＿＿＿　　年　月　日"),
        day=day,
        by=citing.issuer(day),
        is_numbered=False,
        is_sealed=False,
    )


def _decision(case: Case) -> Letter:
    loss, day = case.loss, case.decided_on
    considered = (loss.considered or BLANK).removeprefix("经复核，").removeprefix("经复核")
    if loss.was_heard:
        heard = f"你单位于{cn_date(loss.statement_on) or BLANK}陈述申辩，{sentence(loss.statement)}"
    elif loss.statement:
        heard = f"你单位{sentence(loss.statement)}"
    else:
        heard = f"你单位{loss.statement_way or BLANK}。"
    return Letter(
        title=f"关于{_taking(case)}的决定",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            *_found(loss),
            f"我委以{numbered(loss.intent_number, loss.intent_served_on)}事先告知。{heard}",
            f"经复核，{sentence(considered)}",
            f"经法制审核和集体讨论，依据{_ground(loss, day)}，决定{_taking(case)}。",
        ),
        heads=ASSESSED if loss.failures else (),
        lines=_failures(loss),
        closing=sentences(loss.remedies or block(case, "remedies", day)),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


def _delivery(case: Case) -> Letter:
    loss = case.loss
    rows = (
        ("送达文书", f"关于{_taking(case)}的决定"),
        ("文号", case.decision_number or BLANK),
        ("受送达人", case.applicant.name),
        ("送达方式", loss.served_way or BLANK),
        *([("公告日期", cn_date(noticed(loss.served_on)))] if loss.served_way == BY_NOTICE and loss.served_on else []),
        ("送达日期", cn_date(loss.served_on) or BLANK),
        ("签收人（签名）", loss.served_to or BLANK),
        ("送达人（签名）", BLANK),
        ("备注", "—"),
    )
    day = loss.served_on
    text = f"下列文书已依法送达{case.applicant.name}，送达情况列表如下。"
    by = citing.issuer(case.decided_on)
    return Letter("送达回证", "", (text,), heads=("项目", "内容"), lines=rows, day=day, by=by, is_numbered=False)


def _holder_notified(case: Case) -> bool:
    return case.loss.intent_served_on is not None


def _served(case: Case) -> bool:
    return case.loss.served_on is not None


def _stated(case: Case) -> bool:
    """Whether a statement was made in words that somebody else had to write down; what was filed in writing is its own record."""
    return case.loss.statement_on is not None and case.loss.was_heard and case.loss.statement_way not in WRITTEN


def _hears(case: Case) -> bool:
    return case.status == CaseState.HEARING or _stated(case)


LETTERS = (
    LetterKind("intent", "事先告知书", lambda case: bool(case.loss.facts), _holder_notified, _intent, ("agree", "to_tell", "tell")),
    LetterKind("hearing", "陈述申辩笔录", _hears, _stated, _hearing, ("enter_statement",)),
    LetterKind(
        "decision", "决定书", lambda case: case.loss.discussed_on is not None and case.status != CaseState.DROPPED, _served, _decision,
        ("decide",),
    ),
    LetterKind("delivery", "送达回证", lambda case: case.status in DECIDED, _served, _delivery, ("serve",)),
)  # fmt: skip
