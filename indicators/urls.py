"""Addresses of the standards."""

from django.urls import path

from indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.edition_list, name="edition_list"),
    path("<int:pk>/", views.edition_detail, name="edition_detail"),
]
