"""The feature of losses of title."""

from django.urls import path

from approvals.losses import views
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "title-loss#条件": (
            path("losses/", views.loss_list, name="loss_list"),
            path("losses/revoke/<slug:code>/", views.loss_open_revoke, name="loss_open_revoke"),
            path("<int:pk>/cancel-title/", views.loss_open_cancel, name="loss_open_cancel"),
            path("<int:pk>/grounds/", views.loss_grounds, name="loss_grounds"),
        ),
        "stage-assessment#怎样办": (
            path("assessments/<slug:code>/", views.assessment_record, name="assessment_record"),
            path("recorded-assessments/<int:pk>/check/", views.recorded_check, name="recorded_check"),
            path("recorded-assessments/<int:pk>/return/", views.recorded_return, name="recorded_return"),
        ),
    },
    acts={
        "approvals.check_assessment": RecordedAct("核对补录的市级评估结论", CITY),
        "approvals.record_assessment": RecordedAct("补录市级评估结论", (Role.CITY_OFFICER,)),
        "approvals.return_assessment": RecordedAct("退回补录的市级评估结论", CITY),
        "loss.start": RecordedAct("启动取消或撤销程序", (Role.CITY_OFFICER,)),
    },
    decisive=(
        "loss.decide",
        "loss.decide_not",
    ),
)
