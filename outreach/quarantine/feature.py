"""The feature of filings that wait apart."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct
from outreach.quarantine import views
from outreach.quarantine.selectors import tasks_for

FEATURE = Feature(
    pages={
        "publicity#意见与异议": (
            path("filings/all/", views.held_list, name="held_list"),
            path("filings/all/release/", views.held_release, name="held_release"),
            path("filings/all/close/", views.held_close, name="held_close"),
        ),
    },
    public={
        "publicity#意见与异议": (path("filings/receipt/", views.held_answer, name="held_answer"),),
    },
    acts={
        "outreach.close_filings": RecordedAct("关闭待核对来件", (Role.CITY_OFFICER,)),
        "outreach.release_filing": RecordedAct("转交待核对来件", (Role.CITY_OFFICER,)),
    },
    tasks=(tasks_for,),
)
