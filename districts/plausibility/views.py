"""Explained figures as a fragment, for the pages that ask before a step that cannot be taken back."""

from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from districts.plausibility.selectors import answered


def answered_shown(*found: QuerySet[Any]) -> SafeString:
    """What a page of these rows shows of questions and explanations; empty if there are none."""
    return render_to_string("districts/plausibility/_answered.html", {"answered": answered(*found), "extra": "mb-3"})
