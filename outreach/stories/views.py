"""Pages of stories: public ones, and those for writing and releasing."""

import datetime as dt
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.views import timeline_entry
from districts.file.selectors.visibility import public_districts
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deleted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.feeds import MOST, PublicFeed, marked, rss_and_atom
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage
from greendistrict.workflow.procedure import offered
from outreach.common.areas import area_names
from outreach.stories import rules, selectors, services
from outreach.stories.columns import CONTENT, STORY_LIST
from outreach.stories.forms import PublicStoryFilter, StoryFilter, StoryForm, StoryOpenForm, StoryPhotoForm
from outreach.stories.lifecycle import STORY
from outreach.stories.models import Story
from outreach.stories.selectors import figures_of, later_findings, photo_released, stories_released

# Pages for writing and releasing stories: list, story with form and photos, steps.

TEMPLATE = "outreach/stories/story.html"


def seen(viewer: Viewer, pk: int) -> Story:
    """Story that the person may see. Raises ``Http404``."""
    return get_object_or_404(selectors.stories_visible_to(viewer), pk=pk)


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """Visible stories."""
    return _listed(request)


def _listed(request: HttpRequest, opening: StoryOpenForm | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    found = StoryFilter(request.GET, selectors.stories_visible_to(viewer))
    context = list_context(request, found.qs, found.form)
    page = context["page"]
    rows = STORY_LIST.read(page.object_list)
    context["shown"] = STORY_LIST.html(rows, viewer.today, RowAddress("outreach:story"), first=page.start_index())
    context["opening"] = opening or _opening(viewer)
    return render(request, "outreach/stories/story_list.html", context, status=status)


def _opening(viewer: Viewer, data: QueryDict | None = None) -> StoryOpenForm | None:
    districts = selectors.districts_for(viewer)
    return StoryOpenForm(data, districts=districts) if districts else None


@require_POST
def story_open(request: HttpRequest) -> HttpResponse:
    """Create a story about a district."""
    viewer = viewer_of(request)
    form = _opening(viewer, request.POST)
    if form is None:
        raise NotAllowed(services.WRITERS)
    if form.is_valid():
        try:
            made = services.open_story(**form.cleaned_data, by=viewer.user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return FILE.done(request, made.pk, "案例已建立")
    return _listed(request, form, UNPROCESSABLE)


@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of one story."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, story: Story, **extra: Any) -> dict[str, Any]:
    """Template context of the page; current figures while editable, otherwise the frozen ones."""
    held = viewer.held
    writing = rules.may_write(held, story)
    more: dict[str, Any] = {}
    if writing:
        more = {"form": StoryForm(story=story, figures=figures_of(story.district, viewer.today)), "photo_form": StoryPhotoForm()}
    chosen = set(story.figures)
    return {
        "story": story,
        "later": later_findings(story, viewer.today) if held.is_city else [],
        "state": STORY.state(story.status),
        "writing": writing,
        "areas": area_names(story.areas),
        "chosen": []
        if writing
        else [figure for figure in figures_of(story.district, viewer.today, chosen) if figure.key in chosen]
        if chosen
        else [],
        "photos": list(story.photos.select_related("document")),
        "may_drop": rules.may_drop(held, story),
        "offered": offered(story, viewer.user),
        "action_url": reverse("outreach:story_action", args=[story.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(story))],
        **more,
        **extra,
    }


FILE = MatterPage("outreach:story", TEMPLATE, seen, detail_context)


@require_POST
def story_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save text and figures; after an edit conflict both versions are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    held = viewer.held
    figures = figures_of(found.district, viewer.today) if rules.may_write(held, found) else []
    form = StoryForm(request.POST, story=found, figures=figures)

    def beside(typed: QueryDict, stored: Story) -> dict[str, Any]:
        return {"form": StoryForm(typed, story=stored, figures=figures), "stored": CONTENT.facts(stored)}

    def keep() -> object:
        return services.save_story(story=found, values=form.values(), version=form.version_read(), by=viewer.user)

    return FILE.save(request, pk, form, keep, beside, "已保存", may=rules.may_write(held, found))


@require_POST
def story_photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    keep, may = partial(services.add_photo, story=found, by=viewer.user), rules.may_write(viewer.held, found)
    return FILE.entered(request, pk, "photo_form", StoryPhotoForm(request.POST, request.FILES), keep, "照片已保存", "#h-photos", may=may)


@require_POST
def story_photo_drop(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Remove a photo."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    kept = get_object_or_404(found.photos.select_related("document"), pk=photo)
    drop = partial(services.drop_photo, photo=kept, by=viewer.user)
    return FILE.dropped(request, pk, f"照片“{kept.alt}”", drop, "照片已删除", "#h-photos", may=rules.may_write(viewer.held, found))


@require_POST
def story_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a story that was never released."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    drop, may = partial(services.drop_story, story=found, by=viewer.user), rules.may_drop(viewer.held, found)
    back, loss = reverse("outreach:story", args=[pk]), "文字和照片一并删除，不能恢复。"
    return deleted(request, str(found), drop, back=back, to="outreach:story_list", loss=loss, may=may)


@require_POST
def story_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)


# Public pages of released stories: list, story, photo, feeds. They need neither scripts nor an account.

ROWS = 20
KEPT = "public, max-age=60"
CLOSED = "default-src 'none'; sandbox"


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


@require_safe
def story_public(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen content of a released story at its permanent address."""
    found = get_object_or_404(stories_released(), pk=pk)
    context = {
        "story": found,
        "told": found.frozen,
        "later": later_findings(found, viewer_of(request).today),
        "areas": area_names((found.frozen or {}).get("areas", ())),
        "registered": public_districts().filter(pk=found.district_id).exists(),
    }
    return render(request, "outreach/stories/story_public.html", context)


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
