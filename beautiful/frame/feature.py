"""The feature of the frame of 美丽上海: areas, tasks and who leads them."""

from django.urls import path

from beautiful.frame import views
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry

FEATURE = Feature(
    pages={
        "beautiful#框架": (path("frame/", views.frame, name="frame"),),
    },
    public={
        "beautiful#框架": (path("", views.public_programme, name="public_programme"),),
    },
    menu=(MenuEntry("美丽上海", 10, "美丽上海框架", "beautiful:frame", BUSINESS),),
)
