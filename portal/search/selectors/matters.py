"""Search for districts, cases, self-checks, opinions and volumes, each by the selector that its page uses."""

from django.db.models import Q
from django.urls import reverse

from approvals.cases.disclosure import seen_outside
from approvals.cases.lifecycle import state_of_kind
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city
from approvals.cases.selectors.cases import cases_visible_to
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from districts.common.certainty import stage_text
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.selectors import events_visible_to
from outreach.opinions.selectors import opinions_visible_to
from outreach.stories.lifecycle import STORY
from outreach.stories.selectors import stories_visible_to
from portal.search.selectors.contents import MOST, Hit, HitGroup, group, matches, of_district
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.selectors import found_by, volumes_visible_to


def districts(viewer: Viewer, text: str) -> HitGroup:
    """Districts by name, alias, pinyin, code or title number."""
    rows = districts_visible_to(viewer).filter(of_district(text) | Q(code=text.lower()) | Q(title_number__iexact=text))
    names = ("code", "name", "stage", "status_certainty", "is_demo", "guideline_area")
    values = rows.order_by("is_demo", "name_pinyin", "pk").values_list(*names)[: MOST + 1]
    return group(
        "城区",
        (
            Hit(name, stage_text(stage, sure, guideline=guideline), reverse("districts:district_detail", args=[code]), demo)
            for code, name, stage, sure, demo, guideline in values
        ),
    )


def cases(viewer: Viewer, text: str) -> HitGroup:
    """Cases by number or district."""
    rows = cases_visible_to(viewer).filter(Q(number__icontains=text) | of_district(text, "district__"))
    values = rows.order_by("-created_at", "-pk").values_list("pk", "number", "district__name", "kind", "status", "district__is_demo")[
        : MOST + 1
    ]
    return group(
        "办件",
        (
            Hit(f"{number or '草稿'}　{name}", _words(viewer, kind, status), reverse("approvals:case", args=[pk]), demo)
            for pk, number, name, kind, status, demo in values
        ),
    )


def _words(viewer: Viewer, kind: str, status: str) -> str:
    case, state = Case(kind=kind, status=status), state_of_kind(kind, status)
    return (state if is_city(viewer.held) else seen_outside(case, state)).label


def self_checks(viewer: Viewer, text: str) -> HitGroup:
    """Self-checks by number or district."""
    rows = self_checks_visible_to(viewer).filter(Q(number__icontains=text) | of_district(text, "district__"))
    names = ("pk", "number", "year", "district__name", "status", "district__is_demo")
    values = rows.order_by("-year", "district__name_pinyin").values_list(*names)[: MOST + 1]
    return group(
        "年度自查",
        (
            Hit(
                f"{year}年度　{name}",
                f"{number or '未编号'}　{SELF_CHECK.state(status).label}",
                reverse("assessments:selfcheck", args=[pk]),
                demo,
            )
            for pk, number, year, name, status, demo in values
        ),
    )


def opinions(viewer: Viewer, text: str) -> HitGroup:
    """Opinions of the public by number, text or district; only for the city. Names and contacts of their authors are not searched."""
    found = matches(text, "number", "text", "objection__text") | of_district(text, "district__")
    rows = opinions_visible_to(viewer).filter(found).order_by("-filed_at", "-pk")[: MOST + 1]
    return group(
        "公众意见",
        (
            Hit(
                f"{one.number}　{one.district.name if one.district else one.get_about_display()}",
                f"{one.progress.label}　{one.source.text[:40]}",
                reverse("outreach:opinion", args=[one.pk]),
                one.is_demo,
            )
            for one in rows
        ),
    )


def stories(viewer: Viewer, text: str) -> HitGroup:
    """Visible stories by number, title, summary or district."""
    found = matches(text, "number", "title", "summary") | of_district(text, "district__")
    rows = stories_visible_to(viewer).filter(found).order_by("-opened_at", "-pk")[: MOST + 1]
    return group(
        "案例",
        (
            Hit(one.title, f"{one.district.name}　{STORY.state(one.status).label}", reverse("outreach:story", args=[one.pk]), one.is_demo)
            for one in rows
        ),
    )


def events(viewer: Viewer, text: str) -> HitGroup:
    """Visible events by number, title, place or content."""
    rows = events_visible_to(viewer).filter(matches(text, "number", "title", "place", "summary")).order_by("-opened_at", "-pk")[: MOST + 1]
    return group(
        "交流活动",
        (
            Hit(
                one.title,
                f"{one.get_kind_display()}　{EXCHANGE.state(one.status).label}",
                reverse("outreach:event", args=[one.pk]),
                one.is_demo,
            )
            for one in rows
        ),
    )


def volumes(viewer: Viewer, text: str) -> HitGroup:
    """Volumes by title, number of their matter, or title or number of a paper; only for the city."""
    rows = volumes_visible_to(viewer).filter(found_by(text)).order_by("-year", "pk")
    values = rows.values_list("pk", "title", "year", "matter_number", "status", "is_demo")[: MOST + 1]
    return group(
        "档案",
        (
            Hit(title, f"{year}年度　{number}　{ARCHIVE_VOLUME.state(status).label}", reverse("reports:archive_volume", args=[pk]), demo)
            for pk, title, year, number, status, demo in values
        ),
    )
