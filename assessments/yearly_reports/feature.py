"""The feature of yearly reports."""

from django.urls import path

from assessments.tables.models import FILLERS
from assessments.yearly_reports import views
from assessments.yearly_reports.views import TextPage
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import DISTRICT_SIDE, FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "yearly-reports#怎样办": (
            path("yearly-reports/", views.yearly_report_list, name="yearly_report_list"),
            path("yearly-reports/export/", views.yearly_report_export, name="yearly_report_export"),
            path("yearly-reports/<int:pk>/", views.yearly_report, name="yearly_report"),
            path("yearly-reports/<int:pk>/save/", views.yearly_report_save, name="yearly_report_save"),
            path("yearly-reports/<int:pk>/files/", views.yearly_report_file, name="yearly_report_file"),
            path("yearly-reports/<int:pk>/text/", TextPage.as_view(), name="yearly_report_text"),
            path("yearly-reports/<int:pk>/action/", views.yearly_report_action, name="yearly_report_action"),
        ),
    },
    acts={
        "yearly_report.begin": RecordedAct("开始填报运营与碳排放核查报告", FILLERS),
        "yearly_report.export": RecordedAct("导出运营与碳排放核查报告"),
    },
    menu=(
        MenuEntry("碳排放与运营", 10, "运营与碳排放核查", "assessments:yearly_report_list", FILING - {Role.BUREAU}, daily=DISTRICT_SIDE),
    ),
    closed_to_experts=("yearly_report_export", "yearly_report_list"),
)
