"""The feature of API tokens."""

from django.urls import path

from greendistrict.accounts.menu_roles import TOKEN_HOLDERS
from greendistrict.core.features import OWN, Feature, MenuEntry, RecordedAct
from portal.tokens import views

FEATURE = Feature(
    pages={
        "basics#接口令牌": (path("tokens/", views.tokens, name="tokens"),),
    },
    acts={
        "portal.make_token": RecordedAct("建立接口令牌"),
        "portal.revoke_token": RecordedAct("撤销接口令牌"),
    },
    menu=(MenuEntry(OWN, 80, "接口令牌", "portal:tokens", TOKEN_HOLDERS),),
    proof=("tokens",),
)
