"""The feature of one's own personal data."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.personal import views

FEATURE = Feature(
    pages={
        "basics#个人信息": (
            path("personal/", views.personal, name="personal"),
            path("personal/export/", views.personal_export, name="personal_export"),
            path("personal/correction/", views.personal_correction, name="personal_correction"),
            path("personal/notice/", views.privacy_notice, name="privacy_notice"),
        ),
        "keepers#账号": (path("personal/people/<int:pk>/", views.contact, name="contact"),),
    },
)
