"""The feature of webhooks."""

from django.urls import path

from greendistrict.accounts.menu_roles import RUNNING_SYSTEMS
from greendistrict.core.features import OWN, Feature, MenuEntry, RecordedAct
from portal.webhooks import views

FEATURE = Feature(
    pages={
        "basics#接口推送": (
            path("webhooks/", views.webhooks, name="webhooks"),
            path("webhooks/<int:pk>/", views.webhook, name="webhook"),
            path("webhooks/<int:pk>/remove/", views.webhook_remove, name="webhook_remove"),
            path("webhooks/deliveries/<int:pk>/", views.webhook_redeliver, name="webhook_redeliver"),
        ),
    },
    acts={
        "portal.pause_webhook": RecordedAct("暂停接口推送"),
        "portal.redeliver_webhook": RecordedAct("重新发送接口推送"),
        "portal.register_webhook": RecordedAct("登记接口推送"),
        "portal.remove_webhook": RecordedAct("删除接口推送"),
        "portal.renew_webhook_secret": RecordedAct("更换接口推送的密钥"),
        "portal.resume_webhook": RecordedAct("恢复接口推送"),
    },
    menu=(MenuEntry(OWN, 90, "接口推送", "portal:webhooks", RUNNING_SYSTEMS),),
    proof=("webhook", "webhook_redeliver", "webhook_remove", "webhooks"),
)
