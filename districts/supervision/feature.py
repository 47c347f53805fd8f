"""The feature of records of supervision and oversight."""

from django.urls import path

from districts.supervision import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#监理和监督": (
            path("<slug:code>/plots/<int:pk>/supervision/", views.plot_supervision, name="plot_supervision"),
            path("<slug:code>/works/<int:pk>/supervision/", views.work_supervision, name="work_supervision"),
        ),
    },
    acts={
        "districts.add_supervision": RecordedAct(
            "登记监理或质量安全监督记录", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)
        ),
    },
)
