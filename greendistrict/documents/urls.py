"""Addresses of this app."""

from django.urls import path

from greendistrict.documents import views

app_name = "documents"
urlpatterns = [path("<uuid:key>/", views.download, name="download")]
