"""Public pages of released stories: list, story, photo, feeds. They need neither scripts nor an account."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.file.selectors.visibility import public_districts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.feeds import MOST, PublicFeed, marked, rss_and_atom
from outreach.common.areas import area_names
from outreach.stories.forms import PublicStoryFilter
from outreach.stories.models import Story
from outreach.stories.selectors import photo_released, stories_released

ROWS = 20
KEPT = "public, max-age=60"
CLOSED = "default-src 'none'; sandbox"


@login_not_required
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """Released stories, newest first."""
    found = PublicStoryFilter(request.GET, stories_released())
    page = Paginator(found.qs, ROWS).get_page(request.GET.get("page"))
    held = viewer_of(request).held
    works = bool(held.roles) and not held.is_keeper
    lines = [(one, area_names((one.frozen or {}).get("areas", ()))) for one in page]
    context = {"page": page, "lines": lines, "total": page.paginator.count, "form": found.form, "works": works}
    return render(request, "outreach/stories/stories.html", context)


@login_not_required
@require_safe
def story_public(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen content of a released story at its permanent address."""
    found = get_object_or_404(stories_released(), pk=pk)
    context = {
        "story": found,
        "told": found.frozen,
        "areas": area_names((found.frozen or {}).get("areas", ())),
        "registered": public_districts().filter(pk=found.district_id).exists(),
    }
    return render(request, "outreach/stories/story_public.html", context)


@login_not_required
@require_safe
def story_photo(request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
    """A photo of a released story."""
    file = photo_released(get_object_or_404(stories_released(), pk=pk), photo)
    if file is None:
        raise Http404
    response = FileResponse(file.file.open("rb"), content_type=file.content_type)
    response["Content-Security-Policy"] = CLOSED
    if not request.user.is_authenticated:  # a browser keeps nothing of who signed in
        response["Cache-Control"] = KEPT
    return response


class StoryFeed(PublicFeed):
    """Feed of the newest stories."""

    title = "上海市绿色生态城区案例"
    description = "绿色生态城区的做法、成效和可复制可推广的条件"
    page = "outreach:stories"

    def items(self) -> list[Story]:
        """Newest first."""
        return list(stories_released()[:MOST])

    def item_title(self, item: Any) -> str:
        """The title; fictional stories are marked."""
        return marked(item.frozen["title"], demo=item.is_demo)

    def item_description(self, item: Any) -> str:
        """The summary."""
        return str(item.frozen["summary"])

    def item_link(self, item: Story) -> str:
        """Permanent address."""
        return reverse("outreach:story_public", args=[item.pk])

    def item_pubdate(self, item: Story) -> dt.datetime | None:
        """When it was released."""
        return item.released_at

    def item_categories(self, item: Story) -> tuple[str, ...]:
        """Dimensions of the story."""
        return tuple((item.frozen or {})["dimensions"])


rss, atom = rss_and_atom(StoryFeed)
