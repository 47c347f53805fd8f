"""The feature of the factor library."""

from django.urls import path

from carbon.factors import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "carbon#排放因子库": (
            path("factors/", views.factor_list, name="factor_list"),
            path("factors/add/", views.factor_add, name="factor_add"),
            path("factors/<int:pk>/check/", views.factor_check, name="factor_check"),
            path("factors/<int:pk>/return/", views.factor_return, name="factor_return"),
        ),
    },
)
