"""Addresses of this app."""

from django.urls import path

from approvals.acceptances import views as acceptances
from approvals.applications.views import exchange, materials, mode, papers
from approvals.bulk import views as bulk
from approvals.casework.views import cases, decision, letters, steps
from approvals.changes import views as changes
from approvals.consultations import views as handling
from approvals.entered import views as entered
from approvals.losses import views as losses
from approvals.opinions import views as opinions
from approvals.publicity.views import extension, public
from approvals.requests import views as asked
from approvals.settings import views as settings
from approvals.titles import views as titles

app_name = "approvals"
urlpatterns = [
    path("", cases.case_list, name="case_list"),
    path("export/", cases.case_export, name="case_export"),
    path("start/", cases.case_start, name="case_start"),
    path("start/entered/", entered.enter_filing, name="enter_filing"),
    path("changes/entered/", entered.enter_change, name="enter_change"),
    path("<int:pk>/objections/enter/", entered.enter_objection, name="enter_objection"),
    path("<int:pk>/questions/enter/", entered.enter_replies, name="enter_replies"),
    path("<int:pk>/", cases.case_detail, name="case"),
    path("acceptance/ready/", acceptances.acceptance_ready, name="acceptance_ready"),
    path("acceptance/<slug:code>/", acceptances.acceptance_gates, name="acceptance_gates"),
    path("<int:pk>/visit/", acceptances.case_visit, name="case_visit"),
    path("<int:pk>/visit/<int:row>/", acceptances.visit_row, name="visit_row"),
    path("<int:pk>/visit/<int:row>/photo/", acceptances.visit_photo, name="visit_photo"),
    path("<int:pk>/visit/close/", acceptances.visit_close, name="visit_close"),
    path("losses/", losses.loss_list, name="loss_list"),
    path("losses/revoke/<slug:code>/", losses.loss_open_revoke, name="loss_open_revoke"),
    path("<int:pk>/cancel-title/", losses.loss_open_cancel, name="loss_open_cancel"),
    path("<int:pk>/grounds/", losses.loss_grounds, name="loss_grounds"),
    path("assessments/<slug:code>/", losses.assessment_record, name="assessment_record"),
    path("<int:pk>/extension/", asked.extension_ask, name="extension_ask"),
    path("<int:pk>/rectification/", asked.rectification_propose, name="rectification_propose"),
    path("<int:pk>/asked/<slug:kind>/<int:asked>/", asked.asked_step, name="asked_step"),
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
    path("<int:pk>/mode/", mode.case_mode, name="case_mode"),
    path("<int:pk>/consult/", handling.case_consult, name="case_consult"),
    path("<int:pk>/notice/extend/", extension.case_extend_notice, name="case_extend_notice"),
    path("consultations/<int:pk>/", handling.consultation, name="consultation"),
    path("<int:pk>/endorse/", papers.case_endorse, name="case_endorse"),
    path("<int:pk>/correct/", papers.case_correct, name="case_correct"),
    path("<int:pk>/answer/", exchange.case_answer, name="case_answer"),
    path("<int:pk>/correct/wider/", exchange.case_open_wider, name="case_open_wider"),
    path("<int:pk>/questions/", exchange.case_questions, name="case_questions"),
    path("<int:pk>/opinions/", opinions.case_opinions, name="case_opinions"),
    path("<int:pk>/opinions/<int:opinion>/", opinions.opinion_step, name="opinion_step"),
    path("<int:pk>/form-review/", papers.case_form_review, name="case_form_review"),
    path("<int:pk>/number/", papers.case_number, name="case_number"),
    path("<int:pk>/originals/", papers.case_originals, name="case_originals"),
    path("<int:pk>/receipt/", papers.case_receipt, name="case_receipt"),
    path("<int:pk>/letters/<slug:key>/", letters.case_letter, name="case_letter"),
    path("<int:pk>/objections/<int:objection>/", public.objection_answer, name="objection_answer"),
    path("bulk/", bulk.bulk_list, name="bulk_list"),
    path("bulk/runs/<int:pk>/", bulk.bulk_run, name="bulk_run"),
    path("bulk/runs/<int:pk>/undo/", bulk.bulk_undo, name="bulk_undo"),
    path("bulk/history/<slug:kind>/", bulk.take_over_page, name="take_over"),
    path("bulk/history/<slug:kind>/blank/", bulk.take_over_blank, name="take_over_blank"),
    path("bulk/history/scan/<int:pk>/", bulk.historic_check_scan, name="historic_check_scan"),
    path("bulk/<slug:kind>/", bulk.bulk_cases, name="bulk_cases"),
    path("settings/", settings.setting_list, name="setting_list"),
    path("settings/<str:key>/", settings.setting, name="setting"),
    path("settings/<str:key>/act/", settings.setting_act, name="setting_act"),
    path("titles/", titles.title_list, name="title_list"),
    path("titles/export/", titles.title_export, name="title_export"),
    path("titles/<int:pk>/", titles.title_detail, name="title"),
    path("titles/<int:pk>/certificate/", titles.title_certificate, name="title_certificate"),
    path("<int:pk>/decision/", decision.case_decision, name="case_decision"),
    path("announcements/", public.announcement_list, name="announcement_list"),
    path("announcements/new/", public.announcement_create, name="announcement_create"),
    path("announcements/<int:pk>/", public.announcement, name="announcement"),
    path("announcements/<int:pk>/draft/", letters.announcement_draft, name="announcement_draft"),
    path("announcements/<int:pk>/edit/", public.announcement_edit, name="announcement_edit"),
    path("notices/<int:pk>/", public.notice, name="notice"),
]
