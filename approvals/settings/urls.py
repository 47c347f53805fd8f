"""Addresses of views."""

from django.urls import URLPattern, path

from approvals.settings import views

urlpatterns: list[URLPattern] = [
    path("settings/", views.setting_list, name="setting_list"),
    path("settings/<str:key>/", views.setting, name="setting"),
    path("settings/<str:key>/act/", views.setting_act, name="setting_act"),
]
