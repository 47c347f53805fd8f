"""The feature of files."""

from django.urls import path

from greendistrict.core.features import Feature
from greendistrict.documents import upload_views, views

FEATURE = Feature(
    pages={
        "evidence#上传": (
            path("uploads/", upload_views.start, name="upload_start"),
            path("uploads/<uuid:key>/", upload_views.piece, name="upload"),
        ),
        "evidence#下载": (path("<uuid:key>/", views.download, name="download"),),
        "evidence#在页面里看": (
            path("<uuid:key>/reading/", views.reading, name="reading"),
            path("<uuid:key>/converted/", views.converted, name="converted"),
            path("<uuid:key>/pdf/", views.as_pdf, name="as_pdf"),
        ),
        "evidence#密级": (path("<uuid:key>/confidentiality/", views.confidentiality, name="confidentiality"),),
    },
)
