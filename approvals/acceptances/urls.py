"""Addresses of acceptances and site visits."""

from django.urls import URLPattern, path

from approvals.acceptances import views

urlpatterns: list[URLPattern] = [
    path("acceptance/ready/", views.acceptance_ready, name="acceptance_ready"),
    path("acceptance/<slug:code>/", views.acceptance_gates, name="acceptance_gates"),
    path("<int:pk>/visit/", views.case_visit, name="case_visit"),
    path("<int:pk>/visit/<int:row>/", views.visit_row, name="visit_row"),
    path("<int:pk>/visit/<int:row>/photo/", views.visit_photo, name="visit_photo"),
    path("<int:pk>/visit/close/", views.visit_close, name="visit_close"),
]
