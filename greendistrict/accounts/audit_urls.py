"""Addresses of the audit log."""

from django.urls import path

from greendistrict.accounts import audit_views

app_name = "audit"
urlpatterns = [path("", audit_views.event_list, name="event_list")]
