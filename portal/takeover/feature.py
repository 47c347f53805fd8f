"""The feature of the progress of taking over the districts from before the portal."""

from django.urls import path

from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from greendistrict.policy.rules import CHECK_READERS
from portal.takeover import views

FEATURE = Feature(
    pages={
        "special-plan#补录进度": (
            path("takeover/", views.takeover, name="takeover"),
            path("takeover/export/", views.takeover_export, name="takeover_export"),
        ),
    },
    acts={
        "portal.export_takeover": RecordedAct("导出现有城区补录进度"),
    },
    menu=(MenuEntry("城区", 20, "补录进度", "portal:takeover", frozenset(CHECK_READERS)),),
)
