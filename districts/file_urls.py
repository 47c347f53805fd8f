"""Addresses of boundaries, parties, yearly plans and the timeline."""

from django.urls import URLPattern, path

from districts.acts import views as acts
from districts.boundaries import views as boundaries
from districts.file.views import parties
from districts.overview.views import watch
from districts.yearly_plans import views as implementation

urlpatterns: list[URLPattern] = [
    path("key-areas/", boundaries.key_area_list, name="key_area_list"),
    path("yearly-plans/", implementation.implementation_plan_list, name="implementation_plan_list"),
    path("yearly-plans/new/", implementation.implementation_plan_create, name="implementation_plan_create"),
    path("yearly-plans/watch/", watch.plan_watch, name="plan_watch"),
    path("yearly-plans/<int:pk>/", implementation.implementation_plan, name="implementation_plan_edit"),
    path("yearly-plans/<int:pk>/step/", implementation.implementation_plan_step, name="implementation_plan_step"),
    path("yearly-plans/<int:pk>/document/", implementation.implementation_plan_document, name="implementation_plan_document"),
    path("yearly-plans/<int:pk>/drop/", implementation.implementation_plan_drop, name="implementation_plan_drop"),
    path("yearly-plans/<int:pk>/works/new/", implementation.plan_item_edit, name="plan_item_create"),
    path("yearly-plans/<int:pk>/works/<int:item_pk>/", implementation.plan_item_edit, name="plan_item_edit"),
    path("yearly-plans/<int:pk>/works/<int:item_pk>/drop/", implementation.plan_item_drop, name="plan_item_drop"),
    path("authorities/<int:pk>/body/", parties.designated_body, name="designated_body"),
    path("<slug:code>/file/", parties.district_file, name="district_file"),
    path("<slug:code>/file/<slug:kind>/new/", parties.entry_edit, name="entry_create"),
    path("<slug:code>/file/<slug:kind>/<int:pk>/", parties.entry_edit, name="entry_edit"),
    path("<slug:code>/file/<slug:kind>/<int:pk>/drop/", parties.entry_drop, name="entry_drop"),
    path("<slug:code>/acts/", acts.act_list, name="act_list"),
    path("<slug:code>/acts/<slug:kind>/", acts.act_record, name="act_record"),
    path("<slug:code>/boundaries/", boundaries.boundary_list, name="boundary_list"),
    path("<slug:code>/boundaries/<int:pk>/map-number/", boundaries.map_number, name="boundary_map_number"),
]
