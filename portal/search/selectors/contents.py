"""Groups of the search apart from matters and guides: plots, projects, files, clauses, rules, people, pages, actions.

Also here: Search results, and query conditions for searched words. Determine by one statement which tables contain the searched words, so
that other groups need no query. Actions available to the user's roles, for command palette and search; steps inside a matter are on its
page. Search for clauses of the standard and rules of the policy. Search for organisations and people. Search for pages of the menu. It
checks no permissions and returns no rows: a group with possible results still uses the selector of its pages.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from assessments.experts.selectors import experts_visible_to
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from districts.plots.models import Plot
from districts.plots.selectors.board import step_words
from districts.projects.models import Work
from districts.projects.selectors import key_projects_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import organisations_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.features import PALETTE
from greendistrict.core.pinyin import keyed, search_key
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import in_sight
from indicators.editions.models import Clause
from indicators.editions.selectors import editions_visible_to
from portal.frame.menu import address, entries_in, menu_sections
from portal.policy.selectors import chosen_policy, policies_visible_to
from portal.search.models import SearchName

MOST = 20
LONGEST = 60
PINYIN = re.compile(r"[a-z]{2,}")
BETWEEN = re.compile(r"[\s()（）〔〕\[\]【】“”、，]+")


@dataclass(frozen=True)
class Hit:
    """A search result."""

    title: str
    note: str
    href: str
    is_demo: bool = False


@dataclass(frozen=True)
class HitGroup:
    """Results of one kind; ``more`` says that there are further ones."""

    title: str
    hits: list[Hit]
    more: bool


def clean(text: str) -> str:
    """The search text: full-width characters converted, spaces collapsed, at most 60 characters."""
    return " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]


def group(title: str, hits: Iterable[Hit]) -> HitGroup:
    """Results of one kind, limited to ``MOST``."""
    found = list(hits)
    return HitGroup(title, found[:MOST], len(found) > MOST)


def words_of(text: str) -> list[str]:
    """Searched words; brackets separate words, because names may contain either kind of bracket."""
    return [word for word in BETWEEN.split(text.lower()) if word]


def names_like(word: str) -> QuerySet[SearchName, str]:
    """Names whose pinyin or initials contain the word."""
    return SearchName.objects.filter(key__contains=word).values_list("text", flat=True)


def matches(text: str, named: str, *others: str) -> Q:
    """Condition: each word occurs in the name field (as characters or pinyin) or in one of the other fields."""
    condition = Q()
    for word in words_of(text):
        found = Q()
        for field in (named, *others):
            found |= Q(**{f"{field}__icontains": word})
        if PINYIN.fullmatch(word):
            found |= Q(**{f"{named}__in": names_like(word)})
        condition &= found
    return condition


def of_district(text: str, prefix: str = "") -> Q:
    """Condition: each word occurs in a district's name or alias, as characters, pinyin or initials."""
    field = f"{prefix}search_text__contains"
    condition = Q()
    for word in words_of(text):
        condition &= Q(**{field: word}) | Q(**{field: search_key(word).split(" ")[0]})
    return condition


def is_like(text: str, *names: str) -> bool:
    """Whether each word occurs in one of the names, as characters, pinyin or initials; for lists outside the database."""
    keys = "\n".join(map(keyed, names))  # no word reaches over the end of a line
    return all(word in keys for word in _asked(text))


@lru_cache(16)
def _asked(text: str) -> tuple[str, ...]:
    """The words of a text that many names are compared with."""
    return tuple(words_of(text))


def plots(viewer: Viewer, text: str) -> HitGroup:
    """Plots by number, owner or land use, with the current step of their control."""
    rows = Plot.objects.filter(matches(text, "owner", "number", "land_use"), district__in=files_visible_to(viewer))
    found = rows.select_related("district", "control").order_by("is_demo", "district__name_pinyin", "number")[: MOST + 1]
    return group(
        "地块",
        (
            Hit(
                f"{plot.number}　{plot.district.name}",
                "　".join(part for part in (plot.land_use, step_words(plot)) if part),
                reverse("districts:plot_control", args=[plot.district.code, plot.pk]),
                plot.is_demo,
            )
            for plot in found
        ),
    )


def projects(viewer: Viewer, text: str) -> HitGroup:
    """Near-term key projects by name or kind."""
    rows = key_projects_visible_to(viewer).filter(matches(text, "name", "category")).select_related("district")
    return group(
        "近期重点项目",
        (
            Hit(
                f"{project.name}　{project.district.name}",
                "　".join(part for part in (project.category, project.get_state_display()) if part),
                reverse("districts:key_project", args=[project.district.code, project.pk]),
                project.is_demo,
            )
            for project in rows.order_by("is_demo", "district__name_pinyin", "name")[: MOST + 1]
        ),
    )


def works(viewer: Viewer, text: str) -> HitGroup:
    """Municipal works by name or kind."""
    rows = Work.objects.filter(matches(text, "name", "kind"), district__in=files_visible_to(viewer)).select_related("district")
    return group(
        "市政设施",
        (
            Hit(
                f"{work.name}　{work.district.name}",
                "　".join(part for part in (work.kind, str(work.progress.label)) if part),
                reverse("districts:work", args=[work.district.code, work.pk]),
                work.is_demo,
            )
            for work in rows.order_by("is_demo", "district__name_pinyin", "name")[: MOST + 1]
        ),
    )


def files(viewer: Viewer, text: str) -> HitGroup:
    """Newest versions of files by title, kind or name. Experts see files of clauses, under names without persons."""
    if viewer.held.has(Role.EXPERT):
        return group("材料", ())
    named = Evidence.objects.filter(matches(text, "title", "kind", "original_name"), replaced_by=None)
    rows = in_sight(viewer, named).order_by("is_demo", "-uploaded_at", "-pk")[: MOST + 1]
    return group(
        "材料",
        (
            Hit(
                row.title,
                "　".join(part for part in (row.kind, row.original_name) if part),
                reverse("documents:download", args=[row.key]),
                row.is_demo,
            )
            for row in rows
        ),
    )


@dataclass(frozen=True)
class SearchedTable:
    """Fields of a table that are searched, the pinyin field first; ``of_district``: the name of its district is searched too.

    Every row that the group can find matches, but not every match is found by the group.
    """

    model: type[Model]
    fields: tuple[str, ...]
    of_district: bool = False


def occupied(groups: Sequence[tuple[SearchedTable, ...]], text: str) -> Collection[int]:
    """Positions of the groups whose tables contain all words, and of groups without tables."""
    words = words_of(text)
    like = [_like(word) for word in words]
    named = like + [_like(search_key(word).split(" ")[0]) for word in words]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(groups), any(map(PINYIN.fullmatch, words))), {"words": like, "named": named})
        found = {position for (position,) in cursor.fetchall()}
    return found | {position for position, places in enumerate(groups) if not places}


def _like(word: str) -> str:
    return f"%{connection.ops.prep_for_like_query(word)}%"


@cache
def _statement(groups: tuple[tuple[SearchedTable, ...], ...], in_pinyin: bool) -> str:  # noqa: FBT001 -- one of the two statements
    parts = [
        f"SELECT {position} WHERE {' OR '.join(_stands(place, in_pinyin=in_pinyin) for place in places)}"
        for position, places in enumerate(groups)
        if places
    ]
    named = f"SELECT id FROM {District._meta.db_table} WHERE search_text LIKE ANY (%(named)s)"  # noqa: S608 -- a table of models
    asked = "SELECT array_agg(upper(word)) AS words FROM unnest(%(words)s::text[]) AS word"
    return f"WITH asked AS MATERIALIZED ({asked}), named AS MATERIALIZED ({named}) {' UNION ALL '.join(parts)}"


def _stands(place: SearchedTable, *, in_pinyin: bool) -> str:
    """SQL condition that a row contains the words; fields are joined by spaces, which words do not contain."""
    meta = place.model._meta
    held = {field.name: field.column for field in meta.concrete_fields}
    columns = [f'place."{held[name]}"' for name in place.fields]
    join = f" LEFT JOIN {SearchName._meta.db_table} AS sound ON sound.text = {columns[0]}" if in_pinyin else ""
    searched = " || ' ' || ".join(f"coalesce({column}, '')" for column in [*columns, *(["sound.key"] if in_pinyin else [])])
    rows = f"{meta.db_table} AS place{join}"
    found = f"EXISTS (SELECT FROM {rows} WHERE upper({searched}) LIKE ALL ((SELECT words FROM asked)::text[]))"  # noqa: S608 -- the same
    if place.of_district:
        found += f" OR EXISTS (SELECT FROM {meta.db_table} AS place WHERE place.district_id IN (SELECT id FROM named))"  # noqa: S608 -- the same
    return found


def actions(viewer: Viewer, text: str) -> HitGroup:
    """Actions of the user's roles; all of them without a search text."""
    roles = viewer.held.roles
    entries = (entry for entry in entries_in(PALETTE) if entry.roles & roles and is_like(text, entry.label))
    return group(PALETTE, (Hit(one.label, "", address(one.url_name)) for one in entries))


def clauses(viewer: Viewer, text: str) -> HitGroup:
    """Clauses by number, title or requirement, of editions the user reads."""
    editions = editions_visible_to(viewer).values("pk")
    rows = Clause.objects.filter(edition__in=editions).filter(Q(item_id__startswith=text) | matches(text, "title", "requirement"))
    names = ("edition_id", "edition__code", "item_id", "title", "requirement")
    values = rows.order_by("edition__code", "order").values_list(*names)[: MOST + 1]
    return group(
        "条文",
        (
            Hit(f"{item} {title}", f"{code}　{requirement}", f"{reverse('indicators:edition_detail', args=[pk])}?q={item}")
            for pk, code, item, title, requirement in values
        ),
    )


def rules(viewer: Viewer, text: str) -> HitGroup:
    """Rules of the policy in force by title or article."""
    policy = chosen_policy(policies_visible_to(viewer.held), "", viewer.today)
    address = reverse("policy:rule_list")
    return group(
        "政策条款",
        (
            Hit(f"{rule.cite} {rule.title}", str(rule.level.label), f"{address}#{rule.id}")
            for rule in (policy.rules if policy else ())
            if is_like(text, rule.title, rule.cite)
        ),
    )


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


def pages(viewer: Viewer, text: str) -> HitGroup:
    """Menu pages of the user's roles; all of them without a search text."""
    roles = viewer.held.roles
    return group(
        "页面",
        (
            Hit(entry.label, section.label if section.label != entry.label else "", href)
            for section in menu_sections()
            for entry in section.entries
            if entry.roles & roles and (href := address(entry.url_name)) and is_like(text, entry.label, section.label)
        ),
    )
