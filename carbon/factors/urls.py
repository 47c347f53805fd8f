"""Addresses of the factor library."""

from django.urls import URLPattern, path

from carbon.factors import views

urlpatterns: list[URLPattern] = [
    path("factors/", views.factor_list, name="factor_list"),
    path("factors/add/", views.factor_add, name="factor_add"),
    path("factors/<int:pk>/check/", views.factor_check, name="factor_check"),
    path("factors/<int:pk>/return/", views.factor_return, name="factor_return"),
]
