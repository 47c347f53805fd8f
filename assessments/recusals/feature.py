"""The feature of recusals."""

from django.urls import path

from assessments.recusals import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "review#回避": (
            path("tables/<int:pk>/recusals/", views.recusals, name="recusals"),
            path("tables/<int:pk>/recusals/ask/", views.recusal_ask, name="recusal_ask"),
            path("tables/<int:pk>/recusals/bodies/", views.body_add, name="recusal_body_add"),
            path("tables/<int:pk>/recusals/bodies/<int:key>/remove/", views.body_remove, name="recusal_body_remove"),
            path("tables/<int:pk>/recusals/<int:key>/answer/", views.recusal_answer, name="recusal_answer"),
        ),
    },
    acts={
        "recusal_request.ask": RecordedAct("提出回避申请"),
        "table.add_body": RecordedAct("登记参与单位"),
        "table.remove_body": RecordedAct("删除参与单位"),
    },
)
