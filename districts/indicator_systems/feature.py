"""The feature of indicator systems, their workbooks and a change of edition."""

from django.urls import path

from districts.indicator_systems.views import actuals, indicators, workbooks
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#指标体系": (
            path("<slug:code>/indicators/", indicators.indicator_system, name="indicator_system"),
            path("<slug:code>/edition/", indicators.edition_move, name="edition_move"),
            path("<slug:code>/indicators/start/", indicators.indicator_start, name="indicator_start"),
            path("<slug:code>/indicators/actuals/", actuals.indicator_actuals, name="indicator_actuals"),
            path("actuals/<int:pk>/check/", actuals.actual_check, name="actual_check"),
            path("actuals/<int:pk>/return/", actuals.actual_return, name="actual_return"),
            path("<slug:code>/indicators/change/", indicators.indicator_change, name="indicator_change"),
            path("<slug:code>/indicators/<int:number>/drop/", indicators.indicator_drop, name="indicator_drop"),
            path("<slug:code>/indicators/<int:number>/years/", indicators.indicator_years, name="indicator_years"),
            path("<slug:code>/indicators/<int:number>/step/", indicators.indicator_step, name="indicator_step"),
            path("<slug:code>/indicators/<int:number>/new/", indicators.indicator_add, name="indicator_add"),
            path("<slug:code>/indicators/<int:number>/several/", indicators.indicator_several, name="indicator_several"),
            path("<slug:code>/indicators/<int:number>/rows/<int:pk>/", indicators.indicator_row, name="indicator_row"),
            path("<slug:code>/indicators/<int:number>/rows/<int:pk>/delete/", indicators.indicator_delete, name="indicator_delete"),
        ),
        "workbooks#导出": (path("<slug:code>/indicators/<int:number>/export/", workbooks.indicator_export, name="indicator_export"),),
        "workbooks#导入": (
            path("<slug:code>/indicators/<int:number>/import/", workbooks.indicator_import, name="indicator_import"),
            path("<slug:code>/indicators/<int:number>/apply/", workbooks.indicator_apply, name="indicator_apply"),
        ),
    },
    acts={
        "districts.add_indicator": RecordedAct("增加指标", (Role.PREPARER, Role.CONSULTANT)),
        "districts.check_actual": RecordedAct("核对指标实际值", (Role.REVIEWER,)),
        "districts.delete_indicator": RecordedAct("删除指标", (Role.PREPARER, Role.CONSULTANT)),
        "districts.drop_indicator_change": RecordedAct("作废指标体系变更草案", (Role.PREPARER, Role.CONSULTANT)),
        "districts.export_indicators": RecordedAct("导出指标体系"),
        "districts.move_edition": RecordedAct("改用另一版标准", (Role.PREPARER, Role.CONSULTANT)),
        "districts.return_actual": RecordedAct("退回指标实际值", (Role.REVIEWER,)),
        "districts.save_actuals": RecordedAct("填报指标实际值", (Role.PREPARER, Role.CONSULTANT)),
        "districts.save_indicator": RecordedAct("保存指标", (Role.PREPARER, Role.CONSULTANT)),
        "districts.save_indicator_years": RecordedAct("保存指标年度目标", (Role.PREPARER, Role.CONSULTANT)),
        "districts.start_indicator_system": RecordedAct("建立指标体系", (Role.PREPARER, Role.CONSULTANT)),
    },
)
