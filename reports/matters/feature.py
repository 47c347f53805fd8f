"""The feature of papers of single matters."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from reports.matters import views

FEATURE = Feature(
    pages={
        "reports#单件材料": (
            path("papers/obligations/<int:year>/", views.ask_obligations_plan, name="obligations_plan"),
            path("papers/<slug:kind>/<int:subject>/", views.ask, name="paper"),
        ),
        "self-check#怎样办": (path("papers/self-reports/<int:pk>/word/", views.self_report_word, name="self_report_word"),),
    },
    public={
        "publicity#怎样办": (path("notices/<int:pk>/pdf/", views.notice_paper, name="notice_paper"),),
    },
    acts={
        "self_check.export_report": RecordedAct("导出自评报告"),
    },
)
