"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.remedies import views

urlpatterns: list[URLPattern] = [
    path("<int:pk>/remedies/", views.case_remedies, name="case_remedies"),
    path("remedies/<int:pk>/", views.remedy, name="remedy"),
    path("remedies/<int:pk>/act/", views.remedy_act, name="remedy_act"),
]
