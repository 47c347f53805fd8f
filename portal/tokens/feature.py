"""The feature of API tokens."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.tokens import views

FEATURE = Feature(
    pages={
        "basics#接口令牌": (path("tokens/", views.tokens, name="tokens"),),
    },
)
