"""Addresses of this app."""

from django.urls import path

from approvals.views import cases, changes, exchange, materials, papers, public, settings, steps, titles

app_name = "approvals"
urlpatterns = [
    path("", cases.case_list, name="case_list"),
    path("export/", cases.case_export, name="case_export"),
    path("start/", cases.case_start, name="case_start"),
    path("<int:pk>/", cases.case_detail, name="case"),
    path("changes/start/", changes.change_start, name="change_start"),
    path("<int:pk>/change/", changes.change_edit, name="change_edit"),
    path("<int:pk>/step/", steps.case_step, name="case_step"),
    path("<int:pk>/step/<slug:action>/", steps.case_action, name="case_action"),
    path("<int:pk>/check/", papers.case_check, name="case_check"),
    path("<int:pk>/files/", materials.case_files, name="case_files"),
    path("<int:pk>/files/<int:document>/remove/", materials.case_file_remove, name="case_file_remove"),
    path("<int:pk>/files/<int:document>/version/", materials.case_file_version, name="case_file_version"),
    path("<int:pk>/files/blank/<slug:slot>/", materials.case_blank, name="case_blank"),
    path("<int:pk>/catalogue/", materials.case_catalogue, name="case_catalogue"),
    path("<int:pk>/print/", materials.case_print, name="case_print"),
    path("<int:pk>/endorse/", papers.case_endorse, name="case_endorse"),
    path("<int:pk>/correct/", papers.case_correct, name="case_correct"),
    path("<int:pk>/answer/", exchange.case_answer, name="case_answer"),
    path("<int:pk>/correct/wider/", exchange.case_open_wider, name="case_open_wider"),
    path("<int:pk>/questions/", exchange.case_questions, name="case_questions"),
    path("<int:pk>/form-review/", papers.case_form_review, name="case_form_review"),
    path("<int:pk>/originals/", papers.case_originals, name="case_originals"),
    path("<int:pk>/receipt/", papers.case_receipt, name="case_receipt"),
    path("<int:pk>/acceptance/", papers.case_acceptance, name="case_acceptance"),
    path("<int:pk>/objections/<int:objection>/", public.objection_answer, name="objection_answer"),
    path("settings/", settings.setting_list, name="setting_list"),
    path("settings/<str:key>/", settings.setting, name="setting"),
    path("settings/<str:key>/act/", settings.setting_act, name="setting_act"),
    path("titles/", titles.title_list, name="title_list"),
    path("titles/export/", titles.title_export, name="title_export"),
    path("titles/awards/", titles.award_list, name="award_list"),
    path("titles/<int:pk>/", titles.title_detail, name="title"),
    path("titles/<int:pk>/certificate/", titles.title_certificate, name="title_certificate"),
    path("<int:pk>/decision/", titles.case_decision, name="case_decision"),
    path("announcements/", public.announcement_list, name="announcement_list"),
    path("announcements/new/", public.announcement_create, name="announcement_create"),
    path("announcements/<int:pk>/", public.announcement, name="announcement"),
    path("announcements/<int:pk>/edit/", public.announcement_edit, name="announcement_edit"),
    path("notices/<int:pk>/", public.notice, name="notice"),
]
