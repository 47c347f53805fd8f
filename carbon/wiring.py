"""Register this app with the registries of lower apps; called once when the models are ready."""

from assessments.prefill.sources import register as register_source
from assessments.yearly_reports.registry import operation_figures
from carbon.inventories.procedure import INVENTORY_STEPS
from carbon.inventories.report_figure import INVENTORY
from carbon.metering.models import KEEPERS
from carbon.metering.services import imports, meters
from carbon.score_values.selectors import CARBON
from carbon.verification import rules as verification_rules
from carbon.verification.models import CarbonVerification
from carbon.verification.procedure import VERIFICATION_STEPS
from carbon.verification.selectors import verifications_visible_to
from districts.file.rules import own_side_by
from greendistrict.accounts import acting, revocation
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.revocation import RIGHTS_END, Access, Why
from greendistrict.documents.registry import register_owner
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration, outbox
from greendistrict.workflow.dry_run import decisive_acts

# Audited acts that are not steps; the audit record names a deputy and whom they act for.
DISTRICTS_ACTS = (
    "carbon.correct", "carbon.drop", "carbon.drop_measure", "carbon.drop_scenario", "carbon.explain", "carbon.explain_figures",
    "carbon.import", "carbon.open", "carbon.reply_finding", "carbon.save_measure", "carbon.save_scenario",
)  # fmt: skip
KEEPERS_ACTS = (
    "carbon.delete_meter", "carbon.estimate_readings", "carbon.import_readings", "carbon.make_meter_token", "carbon.revoke_meter_token",
    "carbon.save_meter", "carbon.write_readings",
)  # fmt: skip
PROCEDURES = (INVENTORY_STEPS, VERIFICATION_STEPS)


# Acts that are asked twice, with what they will do.
DECISIVE = {"carbon.release": "向公众公开碳排放数字"}


def wire() -> None:
    """Register state machines, report and score-table figures, the queue for files of readings, and what ends with a person's rights."""
    acting.acts_of((Role.PREPARER, Role.CONSULTANT), *DISTRICTS_ACTS)
    acting.acts_of(KEEPERS, *KEEPERS_ACTS)
    acting.acts_of((Role.AUTHORITY,), "carbon.mandate", "carbon.release", "carbon.withdraw_release")
    acting.acts_of((Role.CITY_DIRECTOR,), "carbon.add_factor")
    acting.acts_of(CITY, "carbon.check_factor", "carbon.return_factor")
    acting.acts_of((Role.REVIEWER,), "carbon.check_measure", "carbon.return_measure")
    register_owner(CarbonVerification, verifications_visible_to, verification_rules.may_add_files, on_side=own_side_by("district"))
    operation_figures.register(INVENTORY.key, INVENTORY)
    register_source(CARBON)
    revocation.register(Access("meter_tokens", "计量接入令牌", RIGHTS_END | {Why.POST}, meters.end_tokens))
    revocation.register(Access("readings", "待写入的读数", RIGHTS_END, imports.stop_ordered))
    outbox.handle(imports.OUTBOX_KIND, imports.enqueue, "读数导入")
    for steps in PROCEDURES:
        declaration.register(steps, messages=Message.values)
    for key, words in DECISIVE.items():
        decisive_acts.register(key, words)
