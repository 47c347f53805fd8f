"""The feature of measures, forecast and scenarios."""

from django.urls import path

from carbon.measures import views
from carbon.measures.selectors import tasks_for
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#减排措施和预测": (
            path("districts/<slug:code>/forecast/", views.carbon_forecast, name="carbon_forecast"),
            path("districts/<slug:code>/forecast/measures/create/", views.measure_edit, name="measure_create"),
            path("districts/<slug:code>/forecast/measures/<int:pk>/edit/", views.measure_edit, name="measure_edit"),
            path("districts/<slug:code>/forecast/measures/<int:pk>/delete/", views.measure_delete, name="measure_delete"),
            path("measures/<int:pk>/check/", views.measure_check, name="measure_check"),
            path("measures/<int:pk>/return/", views.measure_return, name="measure_return"),
            path("districts/<slug:code>/forecast/scenarios/create/", views.scenario_edit, name="scenario_create"),
            path("districts/<slug:code>/forecast/scenarios/<int:pk>/", views.scenario, name="scenario"),
            path("districts/<slug:code>/forecast/scenarios/<int:pk>/edit/", views.scenario_edit, name="scenario_edit"),
            path("districts/<slug:code>/forecast/scenarios/<int:pk>/delete/", views.scenario_delete, name="scenario_delete"),
        ),
    },
    acts={
        "carbon.check_measure": RecordedAct("核对减排措施", (Role.REVIEWER,)),
        "carbon.drop_measure": RecordedAct("删除减排措施", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.drop_scenario": RecordedAct("删除减排情景", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.return_measure": RecordedAct("退回减排措施", (Role.REVIEWER,)),
        "carbon.save_measure": RecordedAct("登记或修改减排措施", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.save_scenario": RecordedAct("保存减排情景", (Role.PREPARER, Role.CONSULTANT)),
    },
    tasks=(tasks_for,),
)
