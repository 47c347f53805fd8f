"""Addresses of this app."""

from django.urls import path

from greendistrict.documents import upload_views, views

app_name = "documents"
urlpatterns = [
    path("uploads/", upload_views.start, name="upload_start"),
    path("uploads/<uuid:key>/", upload_views.piece, name="upload"),
    path("<uuid:key>/", views.download, name="download"),
    path("<uuid:key>/reading/", views.reading, name="reading"),
    path("<uuid:key>/converted/", views.converted, name="converted"),
    path("<uuid:key>/pdf/", views.as_pdf, name="as_pdf"),
    path("<uuid:key>/confidentiality/", views.confidentiality, name="confidentiality"),
]
