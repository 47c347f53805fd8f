"""The feature of enrolment."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.enrolment import views

FEATURE = Feature(
    pages={
        "keepers#批量登记": (
            path("operations/enrolment/<slug:what>/", views.enrolment_import, name="enrolment_import"),
            path("operations/enrolment/<slug:what>/apply/", views.enrolment_apply, name="enrolment_apply"),
            path("operations/enrolment/<slug:what>/template/", views.enrolment_template, name="enrolment_template"),
            path("operations/enrolment/<slug:what>/export/", views.enrolment_export, name="enrolment_export"),
        ),
    },
    acts={
        "accounts.enrol": RecordedAct("批量登记单位、账号或岗位"),
        "accounts.export_enrolment": RecordedAct("导出单位、账号或岗位"),
    },
    proof=("enrolment_apply", "enrolment_export", "enrolment_import"),
)
