"""URLs of this app."""

from django.urls import URLPattern

from approvals.acceptances import urls as acceptances
from approvals.amendments import urls as amendments
from approvals.applications import urls as applications
from approvals.bulk import urls as bulk
from approvals.casework import urls as casework
from approvals.changes import urls as changes
from approvals.consultations import urls as consultations
from approvals.entered import urls as entered
from approvals.letter_texts import urls as letter_texts
from approvals.losses import urls as losses
from approvals.opinions import urls as opinions
from approvals.publicity import urls as publicity
from approvals.remedies import urls as remedies
from approvals.requests import urls as requests
from approvals.settings import urls as settings
from approvals.titles import urls as titles

app_name = "approvals"
features = (
    casework,
    entered,
    acceptances,
    losses,
    requests,
    changes,
    applications,
    consultations,
    publicity,
    amendments,
    remedies,
    opinions,
    bulk,
    settings,
    letter_texts,
    titles,
)
urlpatterns: list[URLPattern] = [one for feature in features for one in feature.urlpatterns]
