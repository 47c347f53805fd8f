"""Register this app with the registries of lower apps; called once when the models are ready."""

from assessments.prefill.sources import register as register_source
from assessments.yearly_reports.report import operation_figures
from carbon.inventories.content import INVENTORY
from carbon.metering.services import imports, meters
from carbon.score_values.selectors import CARBON
from carbon.verification import rules as verification_rules
from carbon.verification.models import CarbonVerification
from carbon.verification.selectors import verifications_visible_to
from districts.file.rules import own_side_by
from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import RIGHTS_END, Access, Why
from greendistrict.documents.registry import register_owner
from greendistrict.workflow import outbox


def wire() -> None:
    """Register report and score-table figures, the queue for files of readings, and what ends with a person's rights."""
    register_owner(CarbonVerification, verifications_visible_to, verification_rules.may_add_files, on_side=own_side_by("district"))
    operation_figures.register(INVENTORY.key, INVENTORY)
    register_source(CARBON)
    revocation.register(Access("meter_tokens", "计量接入令牌", RIGHTS_END | {Why.POST}, meters.end_tokens))
    revocation.register(Access("readings", "待写入的读数", RIGHTS_END, imports.stop_ordered))
    outbox.handle(imports.OUTBOX_KIND, imports.enqueue, "读数导入")
