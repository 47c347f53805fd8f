"""The feature of the exchange with other systems."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.adapters import views
from portal.adapters.plots import tasks_for

FEATURE = Feature(
    pages={
        "keepers#系统对接": (
            path("operations/adapters/", views.adapters, name="adapters"),
            path("operations/adapters/<slug:key>/", views.adapter, name="adapter"),
            path("operations/adapters/<slug:key>/run/", views.adapter_run, name="adapter_run"),
            path("operations/adapters/<slug:key>/bring/", views.adapter_bring, name="adapter_bring"),
            path("operations/adapters/<slug:key>/carry/", views.adapter_carry, name="adapter_carry"),
        ),
        "plot-control#供地信息核对": (path("granted-plots/<slug:code>/", views.granted_plots, name="granted_plots"),),
    },
    acts={
        "portal.run_adapter": RecordedAct("系统对接：要求立即交换"),
        "portal.bring_to_adapter": RecordedAct("系统对接：上传收到的文件"),
        "portal.carry_from_adapter": RecordedAct("系统对接：下载送出的文件"),
    },
    tasks=(tasks_for,),
    closed_to_experts=("granted_plots",),
    proof_to_send=("adapter_run", "adapter_bring", "adapter_carry"),
)
