"""Procedure of a settings decision (参数变更): effects and receivers of its steps."""

from collections.abc import Iterable

from django.urls import reverse

from approvals.settings import services
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import SettingProposal
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.notifications.enums import Message
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock

TODO, MOVED = Message.CASE_TODO, Message.CASE_MOVED


def _note(taken: Taken) -> Note:
    proposal, reason = taken.obj, taken.record.reason
    title = f"参数变更{SETTING.state(taken.record.target).label}：{setting_label(proposal.key)}"
    body = f"拟定值：{setting_value(proposal.key, proposal.typed)}。理由：{proposal.reason}"
    return Note(title, f"{body}\n意见：{reason}" if reason else body, reverse("approvals:setting", args=[proposal.key]))


def _proposer(proposal: SettingProposal, _source: str) -> Iterable[User]:
    return (proposal.proposed_by,)


SETTING_STEPS = Procedure(
    machine=SETTING,
    lock=row_lock(SettingProposal, "proposed_by"),
    words=_note,
    parties={
        "city_checker": Party("市级审核", lambda _proposal, _source: holders(Role.CITY_CHECKER)),
        "city_director": Party("市级审定", lambda _proposal, _source: holders(Role.CITY_DIRECTOR)),
        "proposer": Party("提出人", _proposer),
    },
    events={BEGUN: Event(turn=("city_checker", "city_director"), message=TODO)},
    steps={
        "agree": Step(turn=("city_director",), message=TODO),
        "decide": Step(effect=services.on_decide, makes=("setting",), informed=("proposer",), message=MOVED),
        "refuse": Step(informed=("proposer",), message=MOVED),
        "withdraw": Step(),
    },
)
