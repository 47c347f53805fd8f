"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from greendistrict.policy import views

app_name = "policy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.rule_list, name="rule_list"),
]
