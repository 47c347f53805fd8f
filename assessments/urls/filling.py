"""Addresses of filling in together: checks, prefill, shares, uploads."""

from django.urls import URLPattern, path

from assessments.evidence import views as evidence
from assessments.findings import views as plausibility
from assessments.score_page.views import prefill
from assessments.share_page.views import share_rows, shares

urlpatterns: list[URLPattern] = [
    path("tables/<int:pk>/check/answer/", plausibility.finding_answer, name="finding_answer"),
    path("tables/<int:pk>/unchanged/", prefill.unchanged, name="unchanged"),
    path("tables/<int:pk>/bring-in/", prefill.bring_in, name="bring_in"),
    path("tables/<int:pk>/follow/", prefill.follow, name="follow"),
    path("tables/<int:pk>/rows/<str:item_id>/reason/", prefill.override_reason, name="override_reason"),
    path("tables/<int:pk>/shares/", shares.share_list, name="share_list"),
    path("shares/<int:pk>/", shares.share, name="share"),
    path("shares/<int:pk>/action/", shares.share_action, name="share_action"),
    path("shares/<int:pk>/presence/", share_rows.share_presence, name="share_presence"),
    path("shares/<int:pk>/unchanged/", share_rows.share_unchanged, name="share_unchanged"),
    path("shares/<int:pk>/save/", share_rows.share_save, name="share_save"),
    path("shares/<int:pk>/rows/<str:item_id>/", share_rows.ShareRowView.as_view(), name="share_row"),
    path("tables/<int:pk>/files/", evidence.table_files, name="table_files"),
    path("tables/<int:pk>/rows/<str:item_id>/evidence/", evidence.row_evidence, name="row_evidence"),
    path("tables/<int:pk>/rows/<str:item_id>/evidence/arrived/", evidence.row_evidence_arrived, name="row_evidence_arrived"),
    path("tables/<int:pk>/rows/<str:item_id>/evidence/<int:link>/remove/", evidence.row_evidence_step, name="row_evidence_remove"),
    path("shares/<int:pk>/rows/<str:item_id>/evidence/", evidence.row_evidence, {"where": "share"}, name="share_evidence"),
    path(
        "shares/<int:pk>/rows/<str:item_id>/evidence/arrived/",
        evidence.row_evidence_arrived,
        {"where": "share"},
        name="share_evidence_arrived",
    ),
    path(
        "shares/<int:pk>/rows/<str:item_id>/evidence/<int:link>/remove/",
        evidence.row_evidence_step,
        {"where": "share"},
        name="share_evidence_remove",
    ),
]
