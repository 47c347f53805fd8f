"""Addresses of the factor library."""

from django.urls import URLPattern, path

from carbon.factors import views

urlpatterns: list[URLPattern] = [
    path("factors/", views.factor_list, name="factor_list"),
    path("factors/add/", views.factor_add, name="factor_add"),
]
