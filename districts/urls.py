"""Addresses of this app. The district page itself, ``<slug:code>/``, is composed by the portal and named in ``greendistrict.urls``."""

from django.urls import path

from districts import file_urls, plot_urls
from districts.file.views import lists
from districts.indicator_systems.views import edition_move, indicator_actuals, indicator_files, indicators
from districts.lists.views import rows
from districts.overview.views import plot_overview
from districts.profile.views import profile, register
from districts.special_plans import views as plan

app_name = "districts"
urlpatterns = [
    *file_urls.urlpatterns,
    *plot_urls.urlpatterns,
    path("", lists.district_list, name="district_list"),
    path("export/", lists.district_export, name="district_export"),
    path("new/", register.district_create, name="district_create"),
    path("progress/", plot_overview.plot_overview, name="plot_overview"),
    path("<slug:code>/profile/", profile.profile_edit, name="profile_edit"),
    path("<slug:code>/profile/consultants/", profile.mandate_add, name="mandate_add"),
    path("<slug:code>/profile/consultants/<int:pk>/end/", profile.mandate_end, name="mandate_end"),
    path("<slug:code>/plan/", plan.plan_edit, name="plan_edit"),
    path("<slug:code>/plan/approve/", plan.plan_approve, name="plan_approve"),
    path("<slug:code>/plan/renew/", plan.plan_renew, name="plan_renew"),
    path("<slug:code>/plots/new/", rows.row_edit, {"kind": "plots"}, name="plot_create"),
    path("<slug:code>/plots/<int:pk>/", rows.row_edit, {"kind": "plots"}, name="plot_edit"),
    path("<slug:code>/plots/<int:pk>/delete/", rows.row_delete, {"kind": "plots"}, name="plot_delete"),
    path("<slug:code>/key-projects/", rows.row_list, {"kind": "projects"}, name="key_project_list"),
    path("<slug:code>/key-projects/new/", rows.row_edit, {"kind": "projects"}, name="key_project_create"),
    path("<slug:code>/key-projects/<int:pk>/", rows.row_edit, {"kind": "projects"}, name="key_project_edit"),
    path("<slug:code>/key-projects/<int:pk>/delete/", rows.row_delete, {"kind": "projects"}, name="key_project_delete"),
    path("<slug:code>/works/", rows.row_list, {"kind": "works"}, name="work_list"),
    path("<slug:code>/works/new/", rows.row_edit, {"kind": "works"}, name="work_create"),
    path("<slug:code>/works/<int:pk>/", rows.row_edit, {"kind": "works"}, name="work_edit"),
    path("<slug:code>/works/<int:pk>/delete/", rows.row_delete, {"kind": "works"}, name="work_delete"),
    path("<slug:code>/indicators/", indicators.indicator_system, name="indicator_system"),
    path("<slug:code>/edition/", edition_move.edition_move, name="edition_move"),
    path("<slug:code>/indicators/start/", indicators.indicator_start, name="indicator_start"),
    path("<slug:code>/indicators/actuals/", indicator_actuals.indicator_actuals, name="indicator_actuals"),
    path("<slug:code>/indicators/change/", indicators.indicator_change, name="indicator_change"),
    path("<slug:code>/indicators/<int:number>/drop/", indicators.indicator_drop, name="indicator_drop"),
    path("<slug:code>/indicators/<int:number>/years/", indicators.indicator_years, name="indicator_years"),
    path("<slug:code>/indicators/<int:number>/step/", indicators.indicator_step, name="indicator_step"),
    path("<slug:code>/indicators/<int:number>/new/", indicators.indicator_add, name="indicator_add"),
    path("<slug:code>/indicators/<int:number>/rows/<int:pk>/", indicators.indicator_row, name="indicator_row"),
    path("<slug:code>/indicators/<int:number>/rows/<int:pk>/delete/", indicators.indicator_delete, name="indicator_delete"),
    path("<slug:code>/indicators/<int:number>/export/", indicator_files.indicator_export, name="indicator_export"),
    path("<slug:code>/indicators/<int:number>/import/", indicator_files.indicator_import, name="indicator_import"),
    path("<slug:code>/indicators/<int:number>/apply/", indicator_files.indicator_apply, name="indicator_apply"),
]
