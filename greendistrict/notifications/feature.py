"""The feature of the inbox, and of channels and followed matters."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import OWN, PALETTE, Feature, MenuEntry
from greendistrict.notifications import views

FEATURE = Feature(
    pages={
        "basics#消息": (
            path("", views.inbox, name="inbox"),
            path("read/", views.read_all, name="read_all"),
            path("drop/", views.read_drop, name="read_drop"),
            path("settings/", views.channel_settings, name="channel_settings"),
            path("<int:pk>/", views.follow, name="follow"),
            path("<int:pk>/drop/", views.message_drop, name="message_drop"),
            path("<int:pk>/<int:number>/", views.follow_line, name="follow_line"),
        ),
    },
    menu=(
        MenuEntry(OWN, 100, "消息设置", "notifications:channel_settings", EVERYBODY),
        MenuEntry(PALETTE, 110, "查看消息", "notifications:inbox", frozenset(Role.values)),
    ),
)
