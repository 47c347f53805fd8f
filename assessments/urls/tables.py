"""Addresses of score tables and self-checks."""

from django.urls import URLPattern, path

from assessments.score_page.views import bases, cells, pasting, table_print, tables, trying
from assessments.self_checks import views as selfchecks
from assessments.versions.views import receipts
from assessments.workbook.views import workbooks
from assessments.worklist import views as lists

urlpatterns: list[URLPattern] = [
    path("tables/", tables.score_table_list, name="score_table_list"),
    path("tables/<int:pk>/", tables.ScoreTablePage.as_view(), name="score_table"),
    path("tables/<int:pk>/presence/", cells.presence, name="score_presence"),
    path("tables/<int:pk>/paste/", pasting.paste_check, name="paste_check"),
    path("tables/<int:pk>/print/", table_print.score_print, name="score_print"),
    path("tables/<int:pk>/check/", tables.score_check, name="score_check"),
    path("tables/<int:pk>/export/", workbooks.table_export, name="table_export"),
    path("tables/<int:pk>/import/", workbooks.table_import, name="table_import"),
    path("tables/<int:pk>/import/apply/", workbooks.table_import_apply, name="table_import_apply"),
    path("tables/<int:pk>/what-if/", trying.score_trial, name="score_trial"),
    path("tables/<int:pk>/versions/<int:number>/", tables.table_version, name="table_version"),
    path("tables/<int:pk>/versions/<int:number>/receipt/", receipts.table_receipt, name="table_receipt"),
    path("tables/<int:pk>/versions/<int:number>/receipt/file/", receipts.receipt_file, name="receipt_file"),
    path("tables/<int:pk>/versions/<int:number>/receipt/key/", receipts.receipt_key, name="receipt_key"),
    path("tables/<int:pk>/rows/base-<str:key>/", bases.BaseView.as_view(), name="score_base"),
    path("tables/<int:pk>/rows/<str:item_id>/", cells.ScoreRowView.as_view(), name="score_row"),
    path("self-checks/", lists.selfcheck_list, name="selfcheck_list"),
    path("self-checks/export/", lists.selfcheck_export, name="selfcheck_export"),
    path("self-checks/<int:pk>/", selfchecks.selfcheck, name="selfcheck"),
    path("self-checks/<int:pk>/report/", selfchecks.ReportPage.as_view(), name="selfcheck_report"),
    path("self-checks/<int:pk>/check/", selfchecks.selfcheck_check, name="selfcheck_check"),
    path("self-checks/<int:pk>/action/", selfchecks.selfcheck_action, name="selfcheck_action"),
    path("self-checks/<int:pk>/receipt/", selfchecks.selfcheck_receipt, name="selfcheck_receipt"),
]
