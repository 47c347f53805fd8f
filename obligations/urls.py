"""Addresses of this app."""

from django.urls import path

from obligations import batch_views, calendar_views, feed_views, reminder_views, urging_views, views, watch_views

app_name = "obligations"
urlpatterns = [
    path("", views.obligation_list, name="obligation_list"),
    path("calendar/", calendar_views.duty_calendar, name="duty_calendar"),
    path("feed/", feed_views.feed_settings, name="feed_settings"),
    path("feed/<str:token>.ics", feed_views.feed, name="feed"),
    path("watches/", watch_views.watch_list, name="watch_list"),
    path("watches/export/", watch_views.watch_export, name="watch_export"),
    path("batch/", batch_views.obligation_batch, name="obligation_batch"),
    path("export/", views.obligation_export, name="obligation_export"),
    path("urge/", urging_views.obligation_urge, name="obligation_urge"),
    path("<str:key>/", calendar_views.obligation_detail, name="obligation_detail"),
    path("<str:key>/reminders/", reminder_views.obligation_reminders, name="obligation_reminders"),
    path("<str:key>/decide/", views.obligation_decide, name="obligation_decide"),
]
