"""Forms for publishing scores."""

from django.db.models import Exists, OuterRef, Q

from assessments.common.enums import Purpose
from assessments.common.forms import words_of_district
from assessments.score_releases.models import ScoreRelease
from districts.file.forms.filters import of_world
from greendistrict.columns.filters import ChosenFilter, ListFilter

OPEN, LIVE = "open", "live"


def is_in_public(state: str) -> Q:
    """Scores that are published, or not."""
    live = Q(Exists(ScoreRelease.objects.filter(version=OuterRef("pk"), withdrawn_at__isnull=True)))
    return live if state == LIVE else ~live


class ScoreReleaseFilter(ListFilter):
    """Filter of the list of decided scores."""

    q = words_of_district("table__district__")
    purpose = ChosenFilter("程序", Purpose.choices, lambda purpose: Q(table__purpose=purpose))
    state = ChosenFilter("公开", [(OPEN, "未公开"), (LIVE, "已公开")], is_in_public)
    world = of_world("table__district__is_demo")
