"""自评报告: the page on which its sections are written, with last year's text and figures beside them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from assessments.self_checks import services
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS, LONGEST, SECTIONS
from assessments.self_checks.selectors.report import (
    LastReport,
    OwnFigures,
    SectionPage,
    beside_last,
    last_report,
    offered_figures,
    preview_of,
    report_rows,
)
from assessments.self_checks.views.files import seen_check
from assessments.tables.rules import may_edit_table, sees_live_rows
from greendistrict.accounts.http import is_at_the_page, signed_in, signed_out
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.integers import whole

PAGE = "assessments/self_checks/selfcheck_report.html"
SECTION = "assessments/self_checks/_selfcheck_section.html"
ALL = "all"


@method_decorator(login_not_required, name="dispatch")
class ReportPage(View):
    """Sections of the report, each saved alone; the plain form saves them all and then does what its button says."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Require a signed-in user; autosave gets 401 instead of the redirect to the sign-in page."""
        if request.headers.get("HX-Request") and not is_at_the_page(request):
            return signed_out()
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the sections."""
        return self._page(request, seen_check(signed_in(request), pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save one section (htmx) or all changed ones (plain form)."""
        user = signed_in(request)
        check = seen_check(user, pk)
        version = whole(request.POST.get("version"), -1)
        keys = [key for key in KEYS if key in request.POST]
        if request.headers.get("HX-Request"):
            return _section_saved(request, check, version, user)
        problems: dict[str, str] = {}
        for key in keys:
            text = request.POST[key].replace("\r\n", "\n")
            if text != str(check.report.get(key, "")):
                try:
                    version = services.save_section(check=check, key=key, text=text, version=version, by=user)
                except Refused as refused:
                    if isinstance(refused, Closed | NotAllowed):
                        return self._closed(request, pk, refused)
                    problems[key] = str(refused)
        if problems:
            return self._page(request, seen_check(user, pk), problems)
        return self._then(request, pk)

    def _then(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the button asked for besides saving: last year's text, or a figure."""
        user = signed_in(request)
        check = seen_check(user, pk)
        place, done = "", "自评报告已保存"
        try:
            if taken := request.POST.get("take"):
                got = services.take_over(check=check, keys=KEYS if taken == ALL else [taken], version=check.report_version, by=user)
                place, done = got[0] if got else "", f"已带入上年文字{len(got)}节，请逐节修改" if got else "没有可以带入的空白章节"
            elif figure := request.POST.get("insert"):
                place, _, name = figure.partition(":")
                services.insert_figure(check=check, key=place, figure=name, version=check.report_version, by=user)
                done = "数字已插入"
        except Refused as refused:
            if isinstance(refused, Closed | NotAllowed):
                return self._closed(request, pk, refused)
            return self._page(request, check, {place: str(refused)})
        messages.success(request, done)
        anchor = f"#id_{place}" if place in KEYS else ""
        return HttpResponseRedirect(f"{reverse('assessments:selfcheck_report', args=[pk])}{anchor}")

    def _closed(self, request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
        """The report as it stands, with everything that was sent to be copied."""
        user = signed_in(request)
        check = seen_check(user, pk)
        stored = dict(report_rows(user, check))
        sections = [SectionPage(one, stored.get(one.title, "")) for one in SECTIONS]
        unsaved = [(one.title, typed) for one in SECTIONS if (typed := request.POST.get(one.key, "")) != stored.get(one.title, "")]
        context = {"check": check, **_named(check), "sections": sections, "unsaved": unsaved, "errors": [str(refused)]}
        return render(request, PAGE, context, status=refused.status)

    def _page(self, request: HttpRequest, check: SelfCheck, problems: dict[str, str] | None = None) -> HttpResponse:
        user, told = signed_in(request), problems or {}
        stored = dict(report_rows(user, check))
        texts = {section.key: request.POST.get(section.key, stored.get(section.title, "")) for section in SECTIONS}
        live, editable = sees_live_rows(user, check.table), may_edit_table(user, check.table)
        last = last_report(check) if live else None
        figures = offered_figures(OwnFigures(check), texts) if editable else {}
        sections = [
            SectionPage(one, texts[one.key], told.get(one.key, ""), beside_last(last, one.key, texts[one.key]), figures.get(one.key, []))
            for one in SECTIONS
        ]
        context = {
            "check": check,
            **_named(check),
            "sections": sections,
            "editable": editable,
            "beside": editable or any(one.last for one in sections),
            "takes": editable and any(one.takes for one in sections),
            "longest": LONGEST,
            "saved_at": clock.now(),
            "errors": [(f"id_{key}", text) for key, text in told.items()],
        }
        return render(request, PAGE, context, status=409 if problems else 200)


def _named(check: SelfCheck) -> dict[str, Any]:
    """What the page keeps unsaved words under, and the version that it shows."""
    return {"report_id": f"report-{check.pk}", "report_version": check.report_version}


def _section_saved(request: HttpRequest, check: SelfCheck, version: int, user: User) -> HttpResponse:
    def save(key: str, text: str) -> int:
        return services.save_section(check=check, key=key, text=text, version=version, by=user)

    return section_saved(request, version, save, lambda: last_report(check))


def section_saved(
    request: HttpRequest, version: int, save: Callable[[str, str], int], last: Callable[[], LastReport | None]
) -> HttpResponse:
    """Answer of an autosave: the new version and what differs from last year's text, or both texts."""
    key = request.POST.get("field", "")
    text = request.POST.get(key, "").replace("\r\n", "\n")
    context: dict[str, Any] = {"key": key, "saved_at": clock.now(), "version": version}
    try:
        context["version"] = save(key, text)
    except Stale as stale:
        stored, current = stale.current if isinstance(stale.current, tuple) else ("", version)
        context |= {"text": str(stale), "theirs": stored, "mine": text, "version": current}
        return render(request, SECTION, context, status=409)
    except Refused as refused:
        context["text"] = str(refused)
        answer = render(request, SECTION, context, status=refused.status)
        answer["X-Refused"] = "1"
        return answer
    context |= {"last": beside_last(last(), key, text), "preview": preview_of(text)}
    answer = render(request, SECTION, context)
    answer["X-Version"], answer["X-Saved-At"] = str(context["version"]), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
    return answer
