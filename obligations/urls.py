"""Addresses of this app."""

from django.urls import path

from obligations import views

app_name = "obligations"
urlpatterns = [
    path("", views.obligation_list, name="obligation_list"),
    path("<str:key>/decide/", views.obligation_decide, name="obligation_decide"),
]
