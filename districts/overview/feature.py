"""The feature of pages over several features: progress, skipped steps, plot list and board, undo of imports."""

from django.urls import path

from districts.overview import views as authority_progress
from districts.overview import views as imports
from districts.overview import views as indicator_portfolio
from districts.overview import views as omissions
from districts.overview import views as plot_overview
from districts.overview import views as plots
from greendistrict.accounts.menu_roles import FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#地块清单": (
            path("progress/", plot_overview.plot_overview, name="plot_overview"),
            path("progress/export/", plot_overview.plot_overview_export, name="plot_overview_export"),
            path("<slug:code>/plots/", plots.plot_list, name="plot_list"),
            path("<slug:code>/plots/board/", plots.plot_board, name="plot_board"),
        ),
        "plot-control#应办未办": (
            path("progress/omissions/", omissions.omission_list, name="omission_list"),
            path("progress/omissions/export/", omissions.omission_export, name="omission_export"),
        ),
        "plot-control#指标汇总": (
            path("progress/indicators/", indicator_portfolio.indicator_portfolio, name="indicator_portfolio"),
            path("progress/indicators/export/", indicator_portfolio.indicator_portfolio_export, name="indicator_portfolio_export"),
        ),
        "yearly-plan#怎样办": (path("yearly-plans/watch/", authority_progress.plan_watch, name="plan_watch"),),
        "workbooks#撤销导入": (path("<slug:code>/imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),),
    },
    acts={
        "districts.export_omissions": RecordedAct("导出管控应办未办"),
        "districts.export_overview": RecordedAct("导出地块与项目"),
        "districts.export_portfolio": RecordedAct("导出绿色生态指标汇总"),
    },
    menu=(MenuEntry("地块与项目", 10, "地块与项目", "districts:plot_overview", FILING),),
)
