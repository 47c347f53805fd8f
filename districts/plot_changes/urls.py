"""Addresses of changes of plots."""

from django.urls import URLPattern, path

from districts.plot_changes import views

urlpatterns: list[URLPattern] = [
    path("<slug:code>/plots/changes/", views.plot_change_list, name="plot_change_list"),
    path("<slug:code>/plots/changes/<int:pk>/revoke/", views.plot_change_revoke, name="plot_change_revoke"),
    path("<slug:code>/plots/<int:pk>/changes/<slug:kind>/", views.plot_change, name="plot_change"),
]
