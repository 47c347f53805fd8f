"""The feature of API tokens."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.tokens import views

FEATURE = Feature(
    pages={
        "basics#接口令牌": (path("tokens/", views.tokens, name="tokens"),),
    },
    acts={
        "portal.make_token": RecordedAct("建立接口令牌"),
        "portal.revoke_token": RecordedAct("撤销接口令牌"),
    },
)
