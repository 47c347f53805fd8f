"""Addresses of the frame."""

from django.urls import URLPattern, path

from beautiful.frame import views

urlpatterns: list[URLPattern] = [
    path("", views.public_programme, name="public_programme"),
    path("frame/", views.frame, name="frame"),
]
