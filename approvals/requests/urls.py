"""URLs of extensions and rectifications."""

from django.urls import URLPattern, path

from approvals.requests import views

urlpatterns: list[URLPattern] = [
    path("<int:pk>/extension/", views.extension_ask, name="extension_ask"),
    path("<int:pk>/rectification/", views.rectification_propose, name="rectification_propose"),
    path("<int:pk>/asked/<slug:kind>/<int:asked>/", views.asked_step, name="asked_step"),
]
