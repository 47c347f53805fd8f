"""URLs of the rules in words; those of the check are in ``portal.urls``."""

from django.urls import URLPattern, URLResolver, path

from portal.policy import views

app_name = "policy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.rule_list, name="rule_list"),
]
