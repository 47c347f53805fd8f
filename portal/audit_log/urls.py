"""URLs of the audit log."""

from django.urls import path

from portal.audit_log import views

app_name = "audit"
urlpatterns = [
    path("", views.event_list, name="event_list"),
    path("export/", views.event_export, name="event_export"),
]
