"""Everything that writes to a district's file."""

from districts.services.baselines import freeze_baseline
from districts.services.indicator_changes import TITLED, drop_change, start_change
from districts.services.indicator_imports import apply_cells, undo_cells
from districts.services.indicator_steps import take_step
from districts.services.indicators import add_own, delete_own, hold_draft, save_row, save_years, start_system
from districts.services.plans import approve_plan, save_plan, start_plan_version
from districts.services.profile import authorise_consultant, end_mandate, register_district, save_profile
from districts.services.rows import (
    key_project_delete,
    key_project_save,
    plot_delete,
    plot_save,
    work_delete,
    work_save,
)

__all__ = [
    "TITLED",
    "add_own",
    "apply_cells",
    "approve_plan",
    "authorise_consultant",
    "delete_own",
    "drop_change",
    "end_mandate",
    "freeze_baseline",
    "hold_draft",
    "key_project_delete",
    "key_project_save",
    "plot_delete",
    "plot_save",
    "register_district",
    "save_plan",
    "save_profile",
    "save_row",
    "save_years",
    "start_change",
    "start_plan_version",
    "start_system",
    "take_step",
    "undo_cells",
    "work_delete",
    "work_save",
]
