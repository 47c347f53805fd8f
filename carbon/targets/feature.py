"""The feature of carbon targets."""

from django.urls import path

from carbon.targets import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#目标和对照": (path("targets/<slug:code>/<int:year>/", views.target_explain, name="target_explain"),),
    },
    acts={
        "carbon.explain": RecordedAct("说明未达碳排放目标的原因", (Role.PREPARER, Role.CONSULTANT)),
    },
)
