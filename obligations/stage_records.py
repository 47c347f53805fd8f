"""Opened stage assessments, read once for the duties of city and district."""

from collections.abc import Collection

from django.db.models import QuerySet

from assessments.stage_assessments.models import StageAssessment
from greendistrict.core import memoisation
from greendistrict.core.django_internals import CompiledFor
from obligations.titled_districts import leading_of

COLUMNS = (
    *("round", "due", "year", "status", "opened_at", "filed_at", "rectify_due", "rectified_at", "concluded_at", "extended"),
    *("district__name", "district__is_demo", "district__stage", "district__guideline_area"),
    *("district__titled_on", "district__titled_since", "district__applicant__name"),
)


def _opened(only: Collection[int] | None) -> QuerySet[StageAssessment]:
    found = StageAssessment.objects.select_related("district__applicant").only(*COLUMNS)
    found = found if only is None else found.filter(district__in=only)
    return found.annotate(leading=leading_of("district_id")).order_by("due", "pk")


OPENED = CompiledFor(_opened)


def opened_stages(only: Collection[int] | None) -> list[StageAssessment]:
    """Assessments of all districts or ``only`` some, with the leading bodies of the district (``leading``)."""
    return memoisation.once(OPENED.read, memoisation.as_key(only))
