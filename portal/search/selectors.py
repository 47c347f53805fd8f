"""Search over districts, cases, self-checks, clauses and the archive, each through the selector that opens its page."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from approvals.cases.disclosure import seen_outside
from approvals.cases.lifecycle.machines import state_of_kind
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city
from approvals.cases.selectors.cases import cases_visible_to
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from districts.common.certainty import stage_text
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.pinyin import search_key
from indicators.editions.models import Clause
from indicators.editions.selectors import editions_visible_to
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.selectors import found_by, volumes_visible_to

MOST = 20
LONGEST = 60


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    note: str
    href: str
    is_demo: bool = False


@dataclass(frozen=True)
class HitGroup:
    """Hits of one kind; ``more`` says that there are others."""

    title: str
    hits: list[Hit]
    more: bool


def clean(text: str) -> str:
    """What is searched for: full-width forms made plain, spaces put together, at most 60 characters."""
    return " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]


def search(user: User, text: str) -> list[HitGroup]:
    """Groups with hits for cleaned words; keepers find nothing. Four queries whatever is found, five for the city."""
    held = posts_of(user)
    if not text or held.is_keeper or not held.roles:
        return []
    groups = (_districts(user, text), _cases(user, text), _self_checks(user, text), _clauses(user, text), _volumes(user, text))
    return [group for group in groups if group.hits]


def _group(title: str, hits: Iterable[Hit]) -> HitGroup:
    found = list(hits)
    return HitGroup(title, found[:MOST], len(found) > MOST)


def _by_name(text: str, prefix: str = "") -> Q:
    """Characters, pinyin or initials of a district's name or alias; every word must be found."""
    field = f"{prefix}search_text__contains"
    condition = Q()
    for word in text.lower().split():
        condition &= Q(**{field: word}) | Q(**{field: search_key(word).split(" ")[0]})
    return condition


def _districts(user: User, text: str) -> HitGroup:
    rows = districts_visible_to(user).filter(_by_name(text) | Q(code=text.lower()) | Q(title_number__iexact=text))
    names = ("code", "name", "stage", "status_certainty", "is_demo", "guideline_area")
    values = rows.order_by("is_demo", "name_pinyin", "pk").values_list(*names)[: MOST + 1]
    return _group(
        "城区",
        (
            Hit(name, stage_text(stage, sure, guideline=guideline), reverse("districts:district_detail", args=[code]), demo)
            for code, name, stage, sure, demo, guideline in values
        ),
    )


def _cases(user: User, text: str) -> HitGroup:
    rows = cases_visible_to(user).filter(Q(number__icontains=text) | _by_name(text, "district__"))
    values = rows.order_by("-created_at").values_list("pk", "number", "district__name", "kind", "status", "district__is_demo")[: MOST + 1]
    return _group(
        "办件",
        (
            Hit(f"{number or '草稿'}　{name}", _words(user, kind, status), reverse("approvals:case", args=[pk]), demo)
            for pk, number, name, kind, status, demo in values
        ),
    )


def _words(user: User, kind: str, status: str) -> str:
    case, state = Case(kind=kind, status=status), state_of_kind(kind, status)
    return (state if is_city(user) else seen_outside(case, state)).label


def _self_checks(user: User, text: str) -> HitGroup:
    rows = self_checks_visible_to(user).filter(Q(number__icontains=text) | _by_name(text, "district__"))
    names = ("pk", "number", "year", "district__name", "status", "district__is_demo")
    values = rows.order_by("-year", "district__name_pinyin").values_list(*names)[: MOST + 1]
    return _group(
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


def _clauses(user: User, text: str) -> HitGroup:
    editions = editions_visible_to(user).values("pk")
    rows = Clause.objects.filter(edition__in=editions).filter(
        Q(item_id__startswith=text) | Q(title__icontains=text) | Q(requirement__icontains=text)
    )
    names = ("edition_id", "edition__code", "item_id", "title", "requirement")
    values = rows.order_by("edition__code", "order").values_list(*names)[: MOST + 1]
    return _group(
        "条文",
        (
            Hit(f"{item} {title}", f"{code}　{requirement}", f"{reverse('indicators:edition_detail', args=[pk])}?q={item}")
            for pk, code, item, title, requirement in values
        ),
    )


def _volumes(user: User, text: str) -> HitGroup:
    """Volumes by their title, the number of their matter, or a title or number of one of their papers; the city's only."""
    rows = volumes_visible_to(user).filter(found_by(text)).order_by("-year", "pk")
    values = rows.values_list("pk", "title", "year", "matter_number", "status", "is_demo")[: MOST + 1]
    return _group(
        "档案",
        (
            Hit(title, f"{year}年度　{number}　{ARCHIVE_VOLUME.state(status).label}", reverse("reports:archive_volume", args=[pk]), demo)
            for pk, title, year, number, status, demo in values
        ),
    )
