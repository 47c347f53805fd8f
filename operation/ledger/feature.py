"""The feature of the ledger."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import FILING, FILLING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from operation.entries.models import KEEPERS
from operation.ledger import views

FEATURE = Feature(
    pages={
        "yearly-reports#运营台账": (
            path("", views.ledger_list, name="ledger_list"),
            path("export/", views.ledger_export, name="ledger_export"),
            path("of/<int:pk>/<int:year>/", views.ledger_by_key, name="ledger_by_key"),
            path("<slug:code>/", views.ledger_newest, name="ledger_newest"),
            path("<slug:code>/<int:year>/", views.ledger, name="ledger"),
            path("<slug:code>/<int:year>/export/", views.ledger_own_export, name="ledger_own_export"),
            path("<slug:code>/<int:year>/take-over/", views.take_over, name="take_over"),
            path("<slug:code>/<int:year>/confirm/", views.entries_confirm, name="entries_confirm"),
            path("<slug:code>/<int:year>/<slug:section>/", views.entry_edit, name="entry_create"),
            path("<slug:code>/<int:year>/<slug:section>/<int:pk>/", views.entry_edit, name="entry_edit"),
            path("<slug:code>/<int:year>/<slug:section>/<int:pk>/confirm/", views.entry_confirm, name="entry_confirm"),
            path("<slug:code>/<int:year>/<slug:section>/<int:pk>/drop/", views.entry_drop, name="entry_drop"),
        ),
    },
    acts={
        "operation.confirm_entry": RecordedAct("核对运营台账条目", KEEPERS),
        "operation.drop_entry": RecordedAct("删除运营台账条目", KEEPERS),
        "operation.export": RecordedAct("导出运营台账"),
        "operation.save_entry": RecordedAct("保存运营台账条目", KEEPERS),
        "operation.take_over": RecordedAct("带入上年运营台账", KEEPERS),
    },
    menu=(MenuEntry("碳排放与运营", 40, "运营台账", "operation:ledger_list", FILING - {Role.BUREAU}, daily=FILLING),),
    closed_to_experts=("ledger_export", "ledger_list"),
)
