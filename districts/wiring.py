"""Fill the registries of lower apps; called once when the models are ready."""

from districts.file.models.district import District
from districts.file.rules import is_own_side, own_side_by
from districts.file.selectors.visibility import files_visible_to
from districts.lists import workbooks
from districts.overview.rules import is_plan_side, may_add_file
from districts.projects.models import KeyProject
from districts.projects.selectors import key_projects_visible_to
from districts.yearly_plans.models import ImplementationPlan
from districts.yearly_plans.selectors import implementation_plans_visible_to
from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import RIGHTS_END, Access
from greendistrict.documents.registry import register_owner
from greendistrict.workflow import outbox


def wire() -> None:
    """Register readers of files, and imports."""
    register_owner(District, files_visible_to, may_add_file, lambda district: f"district:{district.pk}", on_side=is_own_side)
    register_owner(ImplementationPlan, implementation_plans_visible_to, may_add_file, on_side=is_plan_side)
    register_owner(KeyProject, key_projects_visible_to, may_add_file, on_side=own_side_by("district"))
    revocation.register(Access("imports", "待写入的导入", RIGHTS_END, workbooks.stop_ordered))
    outbox.handle(workbooks.OUTBOX_KIND, workbooks.enqueue, "清单导入")
