"""Fill the registries of lower apps; called once when the models are ready."""

from districts.file.models.district import District
from districts.file.procedure import DISTRICT_STEPS
from districts.file.rules import is_own_side, own_side_by
from districts.file.selectors.visibility import files_visible_to
from districts.indicator_systems.procedure import SYSTEM_STEPS
from districts.indicator_systems.selectors.indicators import dimensions_under_plan
from districts.lists import workbook_import
from districts.overview.rules import is_plan_side, may_add_file
from districts.overview.selectors.events import EDITS, LISTED
from districts.plots import letters as plot_letters
from districts.plots.procedure import PLOT_STEPS
from districts.projects.models import KeyProject
from districts.projects.selectors.visibility import key_projects_visible_to
from districts.special_plans.coverage import coverage
from districts.yearly_plans import letters as plan_letters
from districts.yearly_plans.models import ImplementationPlan
from districts.yearly_plans.procedure import PLAN_STEPS
from districts.yearly_plans.selectors.visibility import implementation_plans_visible_to
from greendistrict.accounts import acting, revocation
from greendistrict.accounts.enums import Role
from greendistrict.accounts.revocation import RIGHTS_END, Access
from greendistrict.documents.registry import register_owner
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration, letters, outbox

FILE_ACTS = (
    "districts.add_indicator", "districts.approve_plan", "districts.delete_indicator", "districts.drop_indicator_change",
    "districts.import_list", "districts.keep_boundary", "districts.key_project_plan", "districts.move_edition",
    "districts.plot_backfill", "districts.plot_change", "districts.plot_changed", "districts.plot_change_revoke",
    "districts.save_actuals", "districts.save_indicator", "districts.save_indicator_years",
    "districts.remove_plan_file", "districts.save_plan", "districts.save_plan_section",
    "districts.start_indicator_system", "districts.start_plan_version", "districts.undo_import",
    "districts.upload_plot_shapes",
)  # fmt: skip
LAND_ACTS = (
    "districts.add_check", "districts.add_supervision", "districts.ask_opinions", "districts.open_control", "districts.plot_exception",
    "districts.plot_values", "districts.project_use", "districts.work_accept", "districts.work_indicator", "districts.work_indicator_drop",
    "districts.work_withdraw",
)  # fmt: skip
MANDATES = ("districts.authorise_consultant", "districts.end_mandate")
PLANS_ACTS = (
    "districts.drop_implementation_plan", "districts.drop_plan_item", "districts.open_implementation_plan", "districts.plan_document",
    "districts.save_plan_item",
)  # fmt: skip


def wire() -> None:
    """Register state machines, readers of files, and the dimensions covered by a plan."""
    acting.acts_of((Role.PREPARER, Role.CONSULTANT), *(one for one in EDITS if one not in MANDATES), *LISTED, *FILE_ACTS)
    acting.acts_of((Role.PREPARER, Role.REVIEWER), *MANDATES)
    acting.acts_of((Role.REVIEWER,), "districts.check_actual", "districts.return_actual")
    acting.acts_of((Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY), *LAND_ACTS)
    acting.acts_of((Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER), "districts.answer_opinion")
    acting.acts_of((Role.PREPARER, Role.CITY_OFFICER), "districts.register")
    acting.acts_of((Role.AUTHORITY,), *PLANS_ACTS)
    acting.acts_of((Role.AUTHORITY, Role.CITY_OFFICER), "districts.designate")
    acting.acts_of((Role.CITY_OFFICER,), "districts.save_key_area")
    acting.acts_of((Role.CITY_OFFICER, Role.PREPARER, Role.REVIEWER, Role.AUTHORITY), "districts.act")
    coverage.register("indicator_system", dimensions_under_plan)
    register_owner(District, files_visible_to, may_add_file, lambda district: f"district:{district.pk}", on_side=is_own_side)
    register_owner(ImplementationPlan, implementation_plans_visible_to, may_add_file, on_side=is_plan_side)
    register_owner(KeyProject, key_projects_visible_to, may_add_file, on_side=own_side_by("district"))
    revocation.register(Access("imports", "待写入的导入", RIGHTS_END, workbook_import.stop_ordered))
    outbox.handle(workbook_import.OUTBOX_KIND, workbook_import.enqueue, "清单导入")
    for source in (plan_letters.SOURCE, plot_letters.SOURCE):
        letters.register(source)
    for procedure in (DISTRICT_STEPS, PLAN_STEPS, SYSTEM_STEPS, *PLOT_STEPS):
        declaration.register(procedure, messages=Message.values)
