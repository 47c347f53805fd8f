"""Procedure of a sheet of settings: effects and receivers of its steps."""

from django.urls import reverse

from approvals.proposals.procedure import DIRECTOR, ProposalNote, decided_step, proposal_procedure
from approvals.setting_sheets import services
from approvals.setting_sheets.lifecycle import SETTING_SHEET
from approvals.setting_sheets.models import SettingSheet
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Step


def _words(sheet: SettingSheet) -> ProposalNote:
    changed = sum(line["value"] != line["old"] for line in sheet.lines)
    body = f"确认{len(sheet.lines) - changed}项现值，改动{changed}项。理由：{sheet.reason}"
    return ProposalNote(str(sheet), body, reverse("approvals:setting_sheet", args=[sheet.pk]))


SHEET_STEPS = proposal_procedure(
    SETTING_SHEET,
    SettingSheet,
    _words,
    before={"agree": Step(turn=(DIRECTOR,), message=Message.CASE_TODO)},
    decide=decided_step(effect=services.on_decide, makes=("setting",)),
)
