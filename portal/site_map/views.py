"""Site map of the public pages (sitemaps.org 0.9), and robots."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.cases.models.correspondence import Notice
from approvals.publicity.selectors import announcements_public, notices_public
from approvals.titles.models.publicity import Announcement
from beautiful.releases.models import ProgressRelease
from beautiful.releases.selectors import released
from districts.file.models.district import District
from districts.file.selectors.visibility import public_districts
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.selectors import events_public
from outreach.stories.models import Story
from outreach.stories.selectors import stories_released
from portal.guide.library import guide_pages
from portal.open_data.datasets import DATASETS

PLACES = (
    "portal:home", "portal:register", "portal:publicity", "portal:open_data", "portal:published_counts", "portal:public_samples",
    "portal:public_outages", "portal:public_policy", "portal:public_standards", "portal:verify", "portal:guide", "outreach:opinions",
    "api:docs",
    "outreach:disclosures",
    "beautiful:public_programme", "beautiful:public_progress",
    "outreach:stories", "outreach:events",
)  # fmt: skip


class FixedPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Pages that always exist."""

    def items(self) -> Sequence[str]:
        """Names of the URL patterns."""
        return PLACES

    def location(self, item: str) -> str:
        """URL of a pattern."""
        return reverse(item)


class GuideSections(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Pages of the guide."""

    def items(self) -> Sequence[str]:
        """Keys of the pages."""
        return [page.slug for page in guide_pages() if page.public]

    def location(self, item: str) -> str:
        """URL of a page."""
        return reverse("portal:guide_page", args=[item])


class DistrictPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Pages of public districts."""

    def items(self) -> QuerySet[District]:
        """All public districts."""
        return public_districts().only("pk", "code").order_by("pk")

    def location(self, item: District) -> str:
        """URL of a district."""
        return reverse("portal:public_district", args=[item.code])


class AnnouncementPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Published batches."""

    def items(self) -> QuerySet[Announcement]:
        """Batches, newest first."""
        return announcements_public().prefetch_related(None).annotate(changed_on=Max("amendments__published_on"))

    def location(self, item: Announcement) -> str:
        """Permanent URL."""
        return reverse("approvals:announcement", args=[item.pk])

    def lastmod(self, item: Announcement) -> dt.date | None:
        """Day of the announcement, or of its last correction or withdrawal."""
        changed: dt.date | None = vars(item)["changed_on"]
        return changed or item.announced_on


class NoticePages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Pages of notices, including closed ones."""

    def items(self) -> QuerySet[Notice]:
        """Notices, newest first."""
        return notices_public().select_related(None).order_by("-opens_on", "-pk")

    def location(self, item: Notice) -> str:
        """Permanent URL."""
        return reverse("approvals:notice", args=[item.pk])


class StoryPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Released stories."""

    def items(self) -> QuerySet[Story]:
        """Stories, newest first."""
        return stories_released().select_related(None)

    def location(self, item: Story) -> str:
        """Permanent URL."""
        return reverse("outreach:story_public", args=[item.pk])

    def lastmod(self, item: Story) -> dt.datetime | None:
        """Time of publication."""
        return item.released_at


class EventPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Published events."""

    def items(self) -> QuerySet[ExchangeEvent]:
        """Events, latest starting day first."""
        return events_public()

    def location(self, item: ExchangeEvent) -> str:
        """Permanent URL."""
        return reverse("outreach:event_public", args=[item.pk])

    def lastmod(self, item: ExchangeEvent) -> dt.datetime | None:
        """Time of publication."""
        return item.published_at


class DatasetPages(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Pages of the open data sets."""

    def items(self) -> Sequence[str]:
        """Keys of the sets."""
        return list(DATASETS)

    def location(self, item: str) -> str:
        """URL of a set."""
        return reverse("portal:open_dataset", args=[item])


class ReleasedQuarters(Sitemap):  # type: ignore[type-arg]  # no subscript at run time
    """Published quarterly progress of 美丽上海."""

    def items(self) -> QuerySet[ProgressRelease]:
        """Quarters that were not withdrawn."""
        return released().select_related(None).only("pk", "released_at")

    def location(self, item: ProgressRelease) -> str:
        """Permanent URL."""
        return reverse("beautiful:public_quarter", args=[item.pk])

    def lastmod(self, item: ProgressRelease) -> dt.datetime:
        """Time of publication."""
        return item.released_at


SECTIONS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "places": FixedPages,
    "guide": GuideSections,
    "districts": DistrictPages,
    "announcements": AnnouncementPages,
    "notices": NoticePages,
    "stories": StoryPages,
    "events": EventPages,
    "datasets": DatasetPages,
    "quarters": ReleasedQuarters,
}


OPEN_TO_ROBOTS = (
    "portal:publicity",
    "portal:register",
    "portal:open_data",
    "portal:published_counts",
    "portal:public_policy",
    "portal:public_standards",
    "portal:guide",
    "portal:public_samples",
    "portal:public_outages",
    "outreach:opinions",
    "outreach:disclosures",
    "outreach:stories",
    "outreach:events",
    "beautiful:public_programme",
    "api:docs",
    "api:schema",
    "api:client",
    "portal:ogc_landing",
)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, once."""
    return sitemaps.sitemap(request, SECTIONS, template_name="portal/site_map/sitemap.xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages without single documents; all other pages need a login."""
    allowed = [f"Allow: {reverse(name)}" for name in OPEN_TO_ROBOTS]
    notices = [f"Allow: {reverse('approvals:notice', args=[0])[:-2]}", f"Allow: {reverse('approvals:announcement', args=[0])[:-2]}"]
    looked_up = f"Allow: {reverse('portal:verify')}$"  # the page itself, not single documents
    site_map = f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}"
    lines = ["User-agent: *", "Allow: /$", *allowed, *notices, looked_up, "Allow: /static/", "Disallow: /", "", site_map, ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
