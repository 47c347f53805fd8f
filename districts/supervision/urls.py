"""URLs of records of supervision and oversight."""

from django.urls import URLPattern, path

from districts.supervision import views

urlpatterns: list[URLPattern] = [
    path("<slug:code>/plots/<int:pk>/supervision/", views.plot_supervision, name="plot_supervision"),
    path("<slug:code>/works/<int:pk>/supervision/", views.work_supervision, name="work_supervision"),
]
