"""The feature of the work desk."""

from django.urls import path

from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import Feature, MenuEntry
from portal.desk import views

FEATURE = Feature(
    pages={
        "basics#工作台": (
            path("desk/", views.workdesk, name="workdesk"),
            path("desk/applications/", views.invitations, name="desk_invitations"),
        ),
    },
    menu=(MenuEntry("工作台", 10, "工作台", "portal:workdesk", EVERYBODY, counter="todo", daily=EVERYBODY),),
)
