"""The feature of the progress of taking over the districts from before the portal."""

from django.urls import path

from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from greendistrict.policy.rules import CHECK_READERS
from portal.takeover import request_views, views

FEATURE = Feature(
    pages={
        "special-plan#补录进度": (
            path("takeover/", views.takeover, name="takeover"),
            path("takeover/export/", views.takeover_export, name="takeover_export"),
            path("takeover/districts/<slug:code>/ask/", request_views.record_ask, name="record_ask"),
            path("takeover/requests/<int:pk>/", request_views.record_request, name="record_request"),
            path("takeover/requests/<int:pk>/withdraw/", request_views.record_withdraw, name="record_withdraw"),
        ),
    },
    acts={
        "portal.export_takeover": RecordedAct("导出现有城区补录进度"),
    },
    menu=(MenuEntry("城区", 20, "补录进度", "portal:takeover", frozenset(CHECK_READERS)),),
)
