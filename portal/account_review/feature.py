"""The feature of the yearly review of accounts."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.account_review import views

FEATURE = Feature(
    pages={
        "keepers#年度复核": (
            path("operations/accounts/", views.review_list, name="account_review"),
            path("operations/accounts/record/", views.review_record, name="account_review_record"),
            path("operations/accounts/export/", views.review_export, name="account_review_export"),
        ),
    },
    acts={
        "accounts.export_review": RecordedAct("导出账号年度复核"),
    },
    proof=("account_review_export", "account_review_record"),
)
