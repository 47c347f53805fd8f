"""Procedure of a version of a text block: effects and receivers of its steps."""

from collections.abc import Iterable

from django.urls import reverse

from approvals.letter_texts import services
from approvals.letter_texts.lifecycle import LETTER_WORDING
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.notifications.enums import Message
from greendistrict.policy.letter_texts import BLOCKS
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock

TODO, MOVED = Message.CASE_TODO, Message.CASE_MOVED


def _note(taken: Taken) -> Note:
    text, reason = taken.obj, taken.record.reason
    title = f"文书文本{LETTER_WORDING.state(taken.record.target).label}：{BLOCKS[text.key].title}第{text.number}版"
    body = f"自{cn_date(text.since)}起使用。理由：{text.reason}"
    return Note(title, f"{body}\n意见：{reason}" if reason else body, reverse("approvals:letter_text", args=[text.key]))


def _proposer(text: LetterWording, _source: str) -> Iterable[User]:
    return (text.proposed_by,)


LETTER_WORDING_STEPS = Procedure(
    machine=LETTER_WORDING,
    lock=row_lock(LetterWording, "proposed_by"),
    words=_note,
    parties={
        "city_checker": Party("市级审核", lambda _text, _source: holders(Role.CITY_CHECKER)),
        "city_director": Party("市级审定", lambda _text, _source: holders(Role.CITY_DIRECTOR)),
        "proposer": Party("提出人", _proposer),
    },
    events={BEGUN: Event(turn=("city_checker", "city_director"), message=TODO)},
    steps={
        "decide": Step(with_state=services.decided, makes=("wording",), informed=("proposer",), message=MOVED),
        "refuse": Step(informed=("proposer",), message=MOVED),
        "withdraw": Step(),
    },
)
