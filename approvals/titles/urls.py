"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.titles import views

urlpatterns: list[URLPattern] = [
    path("titles/", views.title_list, name="title_list"),
    path("titles/export/", views.title_export, name="title_export"),
    path("titles/<int:pk>/", views.title_detail, name="title"),
]
