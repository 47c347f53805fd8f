"""征询函 to a department about a case, and its reply, as draft letters."""

from collections.abc import Callable, Iterator
from functools import partial

from approvals.cases.letters.examination import LetterKind, contact, day_of, filed
from approvals.cases.models.cases import Case
from approvals.cases.selectors.presence import may_have
from approvals.consultations.models import Consultation, OpinionKind
from approvals.consultations.selectors import is_consulted
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow.letters import BLANK, Draft, Letter, sentence, sentences

OPINIONS = {OpinionKind.AGREES: "无不同意见", OpinionKind.REMARKS: "提出下列修改意见", OpinionKind.OBJECTS: "不同意，意见如下"}
TITLES = {"ask": "征询函", "reply": "部门意见"}


def letters_of_consultation(one: Consultation, viewer: Viewer) -> Iterator[Draft]:
    """The question, for everybody who may see the consultation; the reply once given, and its draft for the consulted department."""
    yield Draft("ask", TITLES["ask"], partial(_asking, one))
    if one.answered_at or is_consulted(viewer.held, one.case):
        yield Draft("reply", TITLES["reply"], partial(_reply, one))


def consultations_of(case: Case) -> Iterator[LetterKind]:
    """Letters to all departments consulted on the case, and their replies; readable by the city only."""
    for one in case.consultations.select_related("department").order_by("pk") if may_have(case, "consultations") else ():
        yield LetterKind(f"ask-{one.pk}", f"征询函（{one.department.name}）", _always, _never, partial(_of_case, _asking, one))
        if one.answered_at:
            yield LetterKind(f"reply-{one.pk}", f"部门意见（{one.department.name}）", _always, _never, partial(_of_case, _reply, one))


def _of_case(write: Callable[[Consultation], Letter], one: Consultation, case: Case) -> Letter:
    del case
    return write(one)


def _asking(one: Consultation) -> Letter:
    case, day = one.case, day_of(one.asked_at)
    return Letter(
        title=f"关于征询{filed(case)}意见的函",
        to=one.department.name,
        paragraphs=(
            f"{case.applicant.name}报送的{filed(case)}材料{f'（{case.number}）' if case.number else ''}正在审查。",
            f"根据{citing.cited(citing.LED_WITH_OTHERS, day)}，现就下列事项征询你单位意见。{sentence(one.question)}",
            f"请于{cn_date(one.due)}（含当日）前函复或者在平台答复。逾期未复的，我委将再次提醒，不视为同意。",
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


def _reply(one: Consultation) -> Letter:
    case, day = one.case, day_of(one.answered_at)
    said = OPINIONS[OpinionKind(one.opinion)] if one.opinion else BLANK
    text = sentences(one.text)
    asked, follows = day_of(one.asked_at), bool(text) and one.opinion != OpinionKind.AGREES
    return Letter(
        title=f"关于{filed(case)}意见的复函",
        to=citing.issuer(day),
        paragraphs=(
            (
                f"你单位{cn_date(asked)}关于征询{filed(case)}意见的函收悉。"
                f"根据{citing.cited(citing.LED_WITH_OTHERS, asked)}，经研究，{said}{'：' if follows else '。'}"
            ),
            *text,
            "特此函复。",
        ),
        day=day,
        by=one.department.name,
        contact=letter_texts.contact_of(one.department.name, one.answered_by.name if one.answered_by else ""),
    )


def _always(case: Case) -> bool:
    del case
    return True


def _never(case: Case) -> bool:
    del case
    return False
