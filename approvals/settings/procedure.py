"""Procedure of a settings decision (参数变更): effects and receivers of its steps."""

from django.urls import reverse

from approvals.proposals.procedure import DIRECTOR, ProposalNote, decided_step, proposal_procedure
from approvals.settings import services
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import SettingProposal
from greendistrict.notifications.enums import Message
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.workflow.procedure import Step


def _words(proposal: SettingProposal) -> ProposalNote:
    body = f"拟定值：{setting_value(proposal.key, proposal.typed)}。理由：{proposal.reason}"
    return ProposalNote(setting_label(proposal.key), body, reverse("approvals:setting", args=[proposal.key]))


SETTING_STEPS = proposal_procedure(
    SETTING,
    SettingProposal,
    _words,
    before={"agree": Step(turn=(DIRECTOR,), message=Message.CASE_TODO)},
    decide=decided_step(effect=services.on_decide, makes=("setting",)),
)
