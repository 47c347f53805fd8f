"""The feature of the outlook on five years."""

from django.urls import path

from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry
from portal.outlook import views

FEATURE = Feature(
    pages={
        "obligations#未来五年": (path("outlook/", views.outlook, name="outlook"),),
    },
    menu=(MenuEntry(PALETTE, 100, "查看未来五年应报事项", "portal:outlook", CITY | {Role.SECRETARIAT}),),
)
