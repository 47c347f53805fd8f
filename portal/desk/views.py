"""The work desk: 待办, 已办, 我发起的, 消息; and its figures in the frame of every page."""

from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.notifications.enums import OF_TASKS
from greendistrict.notifications.selectors import notifications_visible_to, with_files
from portal.desk import selectors
from portal.desk.selectors import figures_of
from portal.district_page.selectors import next_stage
from portal.frame.context import Shell
from portal.guide.library import tour_of
from portal.recent_steps import selectors as recent_steps
from reports.jobs.enums import ReportKind
from reports.jobs.selectors import may_request

TABS = (("todo", "待办"), ("done", "已办"), ("started", "我发起的"), ("messages", "消息"))
PER_PAGE = 30


@require_safe
def workdesk(request: HttpRequest) -> HttpResponse:
    """Show the chosen tab, by default 待办."""
    asked = request.GET.get("tab", "")
    tab = asked if asked in dict(TABS) else "todo"
    viewer = viewer_of(request)
    context = {"tab": tab, "tabs": TABS, "today_words": selectors.day_words(viewer.today), **_content(request, viewer, tab)}
    return render(request, "portal/desk/workdesk.html", context)


@require_safe
@vary_on_headers("HX-Request")
def invitations(request: HttpRequest) -> HttpResponse:
    """Own districts that may apply now; the desk fetches them when it is shown, because each is checked against the whole policy."""
    found = next_stage.invitations(viewer_of(request), selectors.SHOWN_DISTRICTS)
    page = "_invited.html" if request.headers.get("HX-Request") else "invitations.html"
    return render(request, f"portal/desk/{page}", {"invitations": found, "most": selectors.SHOWN_DISTRICTS})


def _content(request: HttpRequest, viewer: Viewer, tab: str) -> dict[str, object]:
    if tab == "done":
        return {"done": recent_steps.done_by(viewer, selectors.MOST)}
    if tab == "started":
        return {"started": selectors.started_by(viewer)}
    if tab == "messages":
        notes = notifications_visible_to(viewer).exclude(kind__in=OF_TASKS)
        unread_first = notes.order_by(IsNull(F("read_at"), False), "-created_at", "-pk")
        page = Paginator(unread_first, PER_PAGE).get_page(request.GET.get("page"))
        return {"page": page, "messages_shown": with_files(viewer, page)}
    found = selectors.desk_of(viewer)
    held = viewer.held
    whole = request.GET.get("all") == "1"
    tasks = selectors.shown_tasks(found, viewer.today, whole=whole)
    return {
        "desk": found,
        "tour": tour_of(viewer),
        "figures": selectors.figures_of(viewer),
        "shown_todo": tasks,
        "due": selectors.shown_due(found, tasks),
        "whole": whole,
        "may_report": may_request(viewer, ReportKind.ANNUAL_CITY),
        "audits": held.has(Role.AUDIT_KEEPER),
        "operates": held.has(Role.SYSTEM_KEEPER),
        "keeps_accounts": held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER),
    }


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The page frame as one lazy object, with the figures of the work desk."""
    return {"shell": Shell(request, figures_of)}
