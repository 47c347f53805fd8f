"""The feature of the expert pool."""

from django.urls import path

from assessments.experts.views import books, experts
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "review#专家库": (
            path("experts/", experts.expert_list, name="expert_list"),
            path("experts/new/", experts.expert_add, name="expert_add"),
            path("experts/me/", experts.expert_me, name="expert_me"),
            path("experts/<int:pk>/", experts.expert, name="expert"),
            path("experts/<int:pk>/save/", experts.expert_save, name="expert_save"),
            path("experts/<int:pk>/action/", experts.expert_action, name="expert_action"),
            path("experts/<int:pk>/confirm/", experts.expert_confirm, name="expert_confirm"),
            path("experts/<int:pk>/rows/<slug:kind>/", experts.expert_row_add, name="expert_row_add"),
            path("experts/<int:pk>/rows/<slug:kind>/<int:key>/remove/", experts.expert_row_remove, name="expert_row_remove"),
            path("experts/<int:pk>/employments/<int:key>/end/", experts.expert_employment_end, name="expert_employment_end"),
        ),
        "workbooks#导出": (
            path("experts/export/", books.expert_export, name="expert_export"),
            path("experts/template/", books.expert_template, name="expert_template"),
        ),
        "workbooks#导入": (
            path("experts/import/", books.expert_import, name="expert_import"),
            path("experts/import/apply/", books.expert_apply, name="expert_apply"),
        ),
    },
)
