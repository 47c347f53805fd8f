"""URLs of recorded acts of a district."""

from django.urls import URLPattern, path

from districts.acts import views

urlpatterns: list[URLPattern] = [
    path("<slug:code>/acts/", views.act_list, name="act_list"),
    path("<slug:code>/acts/<slug:kind>/", views.act_record, name="act_record"),
]
