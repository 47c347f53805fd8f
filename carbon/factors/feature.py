"""The feature of the factor library."""

from django.urls import path

from carbon.factors import views
from carbon.factors.selectors import tasks_for
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#排放因子库": (
            path("factors/", views.factor_list, name="factor_list"),
            path("factors/add/", views.factor_add, name="factor_add"),
            path("factors/<int:pk>/check/", views.factor_check, name="factor_check"),
            path("factors/<int:pk>/return/", views.factor_return, name="factor_return"),
        ),
    },
    acts={
        "carbon.add_factor": RecordedAct("增加排放因子版本", (Role.CITY_DIRECTOR,)),
        "carbon.check_factor": RecordedAct("核对排放因子版本", CITY),
        "carbon.return_factor": RecordedAct("退回排放因子版本", CITY),
    },
    menu=(MenuEntry("碳排放与运营", 50, "排放因子库", "carbon:factor_list", BUSINESS, daily=frozenset({Role.VERIFIER})),),
    tasks=(tasks_for,),
)
