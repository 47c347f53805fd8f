"""Addresses of the standards."""

from django.urls import path

from indicators.comparison import views as comparing
from indicators.editions.views import editions, keeping
from indicators.what_if import views as trying

app_name = "indicators"
urlpatterns = [
    path("", editions.edition_list, name="edition_list"),
    path("import/", keeping.edition_import, name="edition_import"),
    path("compare/", comparing.edition_diff, name="edition_diff"),
    path("what-if/", trying.what_if, name="what_if"),
    path("template/", keeping.edition_template, name="edition_template"),
    path("clauses/<int:pk>/", editions.clause, name="clause"),
    path("<int:pk>/", editions.edition_detail, name="edition_detail"),
    path("<int:pk>/step/", keeping.edition_action, name="edition_action"),
    path("<int:pk>/yaml/", keeping.edition_yaml, name="edition_yaml"),
    path("<int:pk>/workbook/", keeping.edition_workbook, name="edition_workbook"),
]
