"""Procedure of a share of a score table: facts, effects and recipients of its steps."""

from django.urls import reverse

from assessments.common.services import district_parties
from assessments.share_page.selectors import share_blocking
from assessments.sharing import services
from assessments.sharing.lifecycle import SHARE
from assessments.sharing.models import RowShare
from assessments.sharing.selectors import assignees_of
from greendistrict.core.days import day_in_words
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock


def _note(taken: Taken) -> Note:
    """Message about a share. A withdrawn share is no longer visible to its assignee, so that message links to no page."""
    share, action = taken.obj, taken.record.action
    titles = {
        "sign": f"{share.assignee}已签认{share.table}的{share.rows.count()}条",
        "reopen": f"{share.table}的分工退回补充",
        "withdraw": f"{share.table}的分工已收回",
    }
    link = "" if action == "withdraw" else reverse("assessments:share", args=[share.pk])
    return Note(titles[action], taken.record.reason, link, share.table.district.is_demo)


def _given_out(taken: Taken) -> Note:
    share, due_on = taken.obj, taken.obj.due_on
    due = f"，{day_in_words(due_on)}前填写签认" if due_on else ""
    title = f"{share.table}有{share.rows.count()}条分派给您{due}"
    return Note(title, share.note, reverse("assessments:share", args=[share.pk]), share.table.district.is_demo)


SHARE_STEPS = Procedure(
    machine=SHARE,
    lock=row_lock(RowShare, "table__district", "table__edition", "organisation", "person"),
    words=_note,
    facts={
        "blocking": share_blocking,
        "items": lambda share, _today: list(share.rows.values_list("row__item_id", flat=True)),
    },
    parties={
        **district_parties(lambda share: share.table.district),
        "assignee": Party("受分派的部门或经办人", lambda share, _source: assignees_of(share)),
    },
    events={BEGUN: Event(turn=("assignee",), message=Message.SHARE_TODO, words=_given_out)},
    steps={
        "sign": Step(facts=("blocking",), effect=services.on_sign, informed=("filler",), message=Message.SHARE_MOVED),
        "reopen": Step(effect=services.on_reopen, turn=("assignee",), message=Message.SHARE_TODO),
        "withdraw": Step(facts=("items",), effect=services.on_withdraw, informed=("assignee",), message=Message.SHARE_MOVED),
    },
)
