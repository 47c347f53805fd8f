"""The feature of pages over several features: progress, skipped steps, plot list and board, undo of imports."""

from django.urls import path

from districts.overview import map_views, views
from districts.overview.selectors.tasks import tasks_for
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import DISTRICT_SIDE, FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#登记城区": (path("map/", map_views.district_map_page, name="district_map"),),
        "plot-control#地块清单": (
            path("progress/", views.plot_overview, name="plot_overview"),
            path("progress/export/", views.plot_overview_export, name="plot_overview_export"),
            path("<slug:code>/plots/", views.plot_list, name="plot_list"),
            path("<slug:code>/plots/board/", views.plot_board, name="plot_board"),
        ),
        "plot-control#应办未办": (
            path("progress/omissions/", views.omission_list, name="omission_list"),
            path("progress/omissions/export/", views.omission_export, name="omission_export"),
        ),
        "plot-control#指标汇总": (
            path("progress/indicators/", views.indicator_portfolio, name="indicator_portfolio"),
            path("progress/indicators/export/", views.indicator_portfolio_export, name="indicator_portfolio_export"),
        ),
        "yearly-plan#怎样办": (path("yearly-plans/watch/", views.plan_watch, name="plan_watch"),),
        "workbooks#撤销导入": (path("<slug:code>/imports/<int:pk>/undo/", views.import_undo, name="import_undo"),),
    },
    acts={
        "districts.export_omissions": RecordedAct("导出管控应办未办"),
        "districts.export_overview": RecordedAct("导出地块与项目"),
        "districts.export_portfolio": RecordedAct("导出绿色生态指标汇总"),
    },
    menu=(MenuEntry("地块与项目", 10, "地块与项目", "districts:plot_overview", FILING, daily=DISTRICT_SIDE | {Role.BUREAU}),),
    tasks=(tasks_for,),
    closed_to_experts=(
        "indicator_portfolio",
        "indicator_portfolio_export",
        "omission_export",
        "omission_list",
        "plot_overview",
        "plot_overview_export",
    ),
)
