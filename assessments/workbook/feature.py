"""The feature of a score table as a workbook."""

from django.urls import path

from assessments.tables.models import FILLERS
from assessments.workbook import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "workbooks#导出": (path("tables/<int:pk>/export/", views.table_export, name="table_export"),),
        "workbooks#导入": (
            path("tables/<int:pk>/import/", views.table_import, name="table_import"),
            path("tables/<int:pk>/import/apply/", views.table_import_apply, name="table_import_apply"),
        ),
        "score-table#分工": (
            path("shares/<int:pk>/export/", views.share_export, name="share_export"),
            path("shares/<int:pk>/import/", views.share_import, name="share_import"),
            path("shares/<int:pk>/import/apply/", views.share_import_apply, name="share_import_apply"),
        ),
    },
    acts={
        "table.export": RecordedAct("导出评分表"),
        "table.import": RecordedAct("从 Excel 导入评分表", FILLERS),
    },
)
