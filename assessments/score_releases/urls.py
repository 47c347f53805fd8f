"""URLs of published scores; the key is that of the score table."""

from django.urls import URLPattern, path

from assessments.score_releases import views

urlpatterns: list[URLPattern] = [
    path("score-releases/", views.score_release_list, name="score_release_list"),
    path("score-releases/<int:pk>/", views.score_release, name="score_release"),
    path("score-releases/<int:pk>/withdraw/", views.score_release_withdraw, name="score_release_withdraw"),
]
