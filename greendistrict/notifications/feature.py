"""The feature of messages."""

from django.urls import path

from greendistrict.core.features import Feature
from greendistrict.notifications import views

FEATURE = Feature(
    pages={
        "basics#消息": (
            path("", views.inbox, name="inbox"),
            path("read/", views.read_all, name="read_all"),
            path("settings/", views.channel_settings, name="channel_settings"),
            path("<int:pk>/", views.follow, name="follow"),
            path("<int:pk>/<int:number>/", views.follow_line, name="follow_line"),
        ),
    },
)
