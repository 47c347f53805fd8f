"""URLs of this app."""

from django.urls import path

from reports.archive.urls import urlpatterns as archive
from reports.awards import views as awards
from reports.center import views as center
from reports.city import views as city
from reports.closings.urls import urlpatterns as closings
from reports.examination import views as examination
from reports.letters import views as letters
from reports.matters import views as matters
from reports.sensitivity import views as sensitivity

app_name = "reports"
urlpatterns = [
    *closings,
    *archive,
    path("", center.report_center, name="report_center"),
    path("sensitivity/", sensitivity.sensitivity, name="sensitivity"),
    path("awards/", awards.award_list, name="awards"),
    path("examination/", examination.examination_table, name="examination"),
    path("examination/export/", examination.examination_export, name="examination_export"),
    path("city/<int:year>/", city.city_year, name="city_year"),
    path("city/<int:year>/<slug:key>/", city.city_figure, name="city_figure"),
    path("new/<slug:kind>/", center.report_request, name="report_request"),
    path("letters/<slug:slug>/<int:pk>/<slug:key>/", letters.letter, name="letter"),
    path("letters/<slug:slug>/<int:pk>/<slug:key>/files/", letters.letter_files, name="letter_files"),
    path("papers/obligations/<int:year>/", matters.ask_obligations_plan, name="obligations_plan"),
    path("papers/self-reports/<int:pk>/word/", matters.self_report_word, name="self_report_word"),
    path("papers/<slug:kind>/<int:subject>/", matters.ask, name="paper"),
    path("jobs/<int:pk>/", center.job, name="job"),
    path("jobs/<int:pk>/cancel/", center.job_cancel, name="job_cancel"),
]
