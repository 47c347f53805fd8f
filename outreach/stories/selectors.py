"""Read stories: visibility, public lists, missing content, frozen content, tasks.

Also here: portal figures that a story may state, those of the operation reports, land, verified carbon, released scores and the title.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.selectors.cases import day_of
from approvals.losses.city_assessments import CityResult, failures_in_a_row
from assessments.score_releases.selectors import scores_released
from assessments.yearly_reports.report import operation_figures
from assessments.yearly_reports.selectors.text import CARBON, LAND, PROJECTS, OperatedYear
from districts.common.enums import TITLED, Certainty, star_in_words
from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import districts_of, public_districts
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.documents.enums import QUARANTINED, Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from outreach.stories.columns import CONTENT
from outreach.stories.models import AT_THE_CITY, EDITABLE, Story, StoryState

YEARS = 3  # this one and those before
AT = "@"
SCORE, STAR = "score", "star"  # in addition to the keys of registered figures


class PortalFigure(NamedTuple):
    """A sentence with figures, its year and source."""

    key: str
    label: str
    year: int
    text: str
    source: str


def figures_of(district: District, today: dt.date, keys: Collection[str] | None = None) -> list[PortalFigure]:
    """Figures of the district as they are now, newest year first; with ``keys`` only those."""
    years = [today.year - back for back in range(YEARS)]
    if keys is not None:
        years = sorted({int(key.rpartition(AT)[2]) for key in keys}, reverse=True)
    with held_reads():
        found = [*_decided(district), *(figure for year in years for figure in _of_year(district, year, today))]
    found.sort(key=lambda one: -one.year)  # stable sort: within a year, decided facts come first
    return [one for one in found if keys is None or one.key in keys]


def _of_year(district: District, year: int, today: dt.date) -> Iterator[PortalFigure]:
    """Ledger, inventory, plots, works, key projects and received carbon report of a year; only what there is."""
    operated, day = OperatedYear(district, year), day_in_words(today)
    for kind in (*operation_figures, *LAND, PROJECTS, CARBON):
        if text := kind.says(operated, today):
            yield PortalFigure(f"{kind.key}{AT}{year}", kind.label, year, text, f"城区填报的{year}年度“{kind.label}”记录，{day}取自本平台")


def _decided(district: District) -> Iterator[PortalFigure]:
    """What the city has made public: released scores, and the star of the title."""
    for release, score in scores_released(District.objects.filter(pk=district.pk)):
        mark = "（参考版）" if score.reference else ""
        said = f"{score.name}{score.nature}{score.total}分（{score.stage}，{score.edition_title}{mark}）；{score.chapter_words}"
        source = f"{day_in_words(day_of(release.released_at))}公开的得分，依据：{release.basis}"
        text = f"{said}；{release.note}" if release.note else said
        yield PortalFigure(f"{SCORE}-{release.version_id}{AT}{score.year}", "得分", score.year, text, source)
    if district.star and district.titled_on and district.stage in TITLED:
        guess = "（推定）" if district.titled_on_certainty == Certainty.INFERRED else ""
        number = f"，{district.title_number}" if district.title_number else ""
        text = f"{star_in_words(district.star, district.star_certainty)}绿色生态城区{district.get_stage_display()}"
        source = f"{day_in_words(district.titled_on)}公告{guess}{number}"
        yield PortalFigure(f"{STAR}{AT}{district.titled_on.year}", "星级", district.titled_on.year, text, source)


def later_findings(story: Story, today: dt.date) -> list[CityResult]:
    """Failed assessments of the city since the release, which the frozen figures do not know."""
    if story.status != StoryState.RELEASED or story.released_at is None:
        return []
    return [one for one in failures_in_a_row(story.district, today) if one.on >= day_of(story.released_at)]


RELEASED = Q(status=StoryState.RELEASED)
OWN = (Role.AUTHORITY, Role.PREPARER, Role.REVIEWER)
COPIED = (*CONTENT, "dimensions", "areas")
WORDS = {
    StoryState.DRAFT.value: "编写案例",
    StoryState.RETURNED.value: "修改退回的案例",
    StoryState.SUBMITTED.value: "核对、发布案例",
}


def stories_visible_to(viewer: Viewer) -> QuerySet[Story]:
    """Everybody sees released ones; a district's side sees all of its own, the city its own and submitted ones."""
    held = viewer.held
    stories = Story.objects.select_related("district", "opened_by")
    if held.is_keeper or not held.roles:
        return stories.none()
    condition = RELEASED
    if held.roles & CITY:
        condition |= Q(by_city=True) | Q(status__in=AT_THE_CITY) | Q(frozen__isnull=False)
    if held.has(*OWN):
        condition |= Q(by_city=False, district__in=_own(viewer))
    return stories.filter(condition)


def _own(viewer: Viewer) -> QuerySet[District]:
    return districts_of(viewer).order_by().values("pk")  # type: ignore[return-value]  # a subquery


def stories_released() -> QuerySet[Story]:
    """Released stories, newest first; public pages read only their frozen content."""
    return Story.objects.filter(RELEASED).select_related("district").order_by("-released_at", "-pk")


def photo_released(story: Story, key: int) -> Evidence | None:
    """A public photo by its key, if it belongs to the frozen content of a released story; else None."""
    if key not in {one["pk"] for one in (story.frozen or {}).get("photos", ())}:
        return None
    rows = Evidence.objects.filter(story_photo=key, story_photo__story=story, confidentiality=Confidentiality.PUBLIC)
    return rows.exclude(scan__in=QUARANTINED).first()


def districts_for(viewer: Viewer) -> list[District]:
    """Districts the person may write about, as ``rules.may_open_story`` decides one by one; for the city the public districts."""
    held = viewer.held
    if held.has(Role.CITY_OFFICER):
        return list(public_districts().order_by("name_pinyin", "pk"))
    return (
        list(District.objects.filter(_written_by(viewer)).order_by("name_pinyin", "pk")) if held.has(Role.AUTHORITY, Role.PREPARER) else []
    )


def _written_by(viewer: Viewer) -> Q:
    """Condition: districts for which the person acts as 区专门机构 or preparer."""
    held = viewer.held
    led = District.authorities.through.objects.filter(organisation_id__in=bodies_as(held, Role.AUTHORITY))
    return Q(applicant_id__in=held.organisations_as(Role.PREPARER)) | Q(pk__in=led.values("district_id"))


def blocking(story: Story, _today: dt.date) -> list[tuple[str, str]]:
    """(field, message) for everything missing before submission."""
    lacking = [(name, f"“{column.label}”未填") for name, column in CONTENT.items() if not column.of(story).strip()]
    if not story.dimensions:
        lacking.append(("dimensions", "“方面”未选"))
    shut = story.photos.exclude(document__confidentiality=Confidentiality.PUBLIC).values_list("alt", flat=True)
    return [*lacking, *(("upload", f"照片“{alt}”不是公开的") for alt in shut)]


def to_freeze(story: Story, today: dt.date) -> dict[str, Any]:
    """Content frozen at release: text, current figures, photos."""
    photos = story.photos.select_related("document").order_by("pk")
    return {
        **{name: getattr(story, name) for name in COPIED},
        "district": story.district.name,
        "figures": [figure._asdict() for figure in figures_of(story.district, today, story.figures)] if story.figures else [],
        "photos": [{"pk": photo.pk, "alt": photo.alt, "sha256": photo.document.sha256} for photo in photos],
    }


@among(lambda: Story.objects.filter(status__in=(StoryState.SUBMITTED, *EDITABLE)))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: stories that wait for this person; one query."""
    held = viewer.held
    waiting = Q(pk__in=())
    if held.has(Role.CITY_OFFICER, Role.CITY_CHECKER):
        waiting |= Q(status=StoryState.SUBMITTED) & ~Q(submitted_by=viewer.person)
    if held.has(Role.CITY_OFFICER):
        waiting |= Q(by_city=True, status__in=EDITABLE)
    if held.has(Role.AUTHORITY, Role.PREPARER):
        waiting |= Q(by_city=False, status__in=EDITABLE, district__in=District.objects.filter(_written_by(viewer)).values("pk"))
    if waiting == Q(pk__in=()):
        return []
    rows = Story.objects.filter(waiting).select_related("district").order_by("opened_at", "pk")
    return [
        Task(
            title=WORDS[story.status],
            subject=story.title,
            link=reverse("outreach:story", args=[story.pk]),
            since=story.opened_at,
            kind=f"story.{story.status}",
            is_demo=story.is_demo,
        )
        for story in rows
    ]
