"""Search for organisations and people."""

from django.urls import reverse

from assessments.experts.selectors import experts_visible_to
from greendistrict.accounts.selectors import organisations_visible_to
from greendistrict.accounts.viewer import Viewer
from portal.search.selectors.hits import MOST, Hit, HitGroup, group, matches


def bodies(viewer: Viewer, text: str) -> HitGroup:
    """Organisations by name."""
    rows = organisations_visible_to(viewer.user).filter(matches(text, "name")).order_by("name_pinyin", "pk")
    return group(
        "单位",
        (Hit(body.name, body.get_kind_display(), reverse("accounts:organisation", args=[body.pk])) for body in rows[: MOST + 1]),
    )


def experts(viewer: Viewer, text: str) -> HitGroup:
    """Experts of the pool, for users who read it."""
    rows = experts_visible_to(viewer).filter(matches(text, "user__name")).order_by("name_pinyin", "pk")
    return group(
        "专家",
        (Hit(row.user.name, row.get_status_display(), reverse("assessments:expert", args=[row.pk])) for row in rows[: MOST + 1]),
    )
