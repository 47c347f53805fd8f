"""Addresses of the expert pool and of recusals asked for before a draw."""

from django.urls import URLPattern, path

from assessments.experts.views import books as expert_books
from assessments.experts.views import experts
from assessments.recusals import views as recusals
from assessments.reviews.views import expert_fees, expert_letters

urlpatterns: list[URLPattern] = [
    path("experts/", experts.expert_list, name="expert_list"),
    path("experts/new/", experts.expert_add, name="expert_add"),
    path("experts/me/", experts.expert_me, name="expert_me"),
    path("experts/export/", expert_books.expert_export, name="expert_export"),
    path("experts/template/", expert_books.expert_template, name="expert_template"),
    path("experts/import/", expert_books.expert_import, name="expert_import"),
    path("experts/import/apply/", expert_books.expert_apply, name="expert_apply"),
    path("experts/fees/", expert_fees.expert_fees, name="expert_fees"),
    path("experts/fees/export/", expert_fees.expert_fees_export, name="expert_fees_export"),
    path("experts/<int:pk>/", experts.expert, name="expert"),
    path("experts/<int:pk>/save/", experts.expert_save, name="expert_save"),
    path("experts/<int:pk>/action/", experts.expert_action, name="expert_action"),
    path("experts/<int:pk>/confirm/", experts.expert_confirm, name="expert_confirm"),
    path("experts/<int:pk>/rows/<slug:kind>/", experts.expert_row_add, name="expert_row_add"),
    path("experts/<int:pk>/rows/<slug:kind>/<int:key>/remove/", experts.expert_row_remove, name="expert_row_remove"),
    path("experts/<int:pk>/employments/<int:key>/end/", experts.expert_employment_end, name="expert_employment_end"),
    path("reviews/<int:pk>/hours/", expert_fees.review_hours, name="review_hours"),
    path("reviews/<int:pk>/members/<int:key>/release/", expert_letters.review_release, name="review_release"),
    path("reviews/<int:pk>/members/<int:key>/letter/<slug:kind>/", expert_letters.review_letter, name="review_letter"),
    path("tables/<int:pk>/recusals/", recusals.recusals, name="recusals"),
    path("tables/<int:pk>/recusals/ask/", recusals.recusal_ask, name="recusal_ask"),
    path("tables/<int:pk>/recusals/bodies/", recusals.body_add, name="recusal_body_add"),
    path("tables/<int:pk>/recusals/bodies/<int:key>/remove/", recusals.body_remove, name="recusal_body_remove"),
    path("tables/<int:pk>/recusals/<int:key>/answer/", recusals.recusal_answer, name="recusal_answer"),
]
