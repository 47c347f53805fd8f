"""Application configuration."""

from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    """Districts, plans, key projects, plots, works and baselines."""

    name = "districts"

    def ready(self) -> None:
        """Make the machine known and say whose files may be opened by whom."""
        from districts import lifecycle, planlifecycle, plotlifecycle  # noqa: F401, PLC0415 -- models must be loaded first
        from districts.models import District, ImplementationPlan, KeyProject  # noqa: PLC0415
        from districts.rules import may_add_file  # noqa: PLC0415
        from districts.selectors import files_visible_to, implementation_plans_visible_to, key_projects_visible_to  # noqa: PLC0415
        from greendistrict.documents.registry import register_owner  # noqa: PLC0415

        register_owner(District, files_visible_to, may_add_file, lambda district: f"district:{district.pk}")
        register_owner(ImplementationPlan, implementation_plans_visible_to, may_add_file)
        register_owner(KeyProject, key_projects_visible_to, may_add_file)
