"""The page for writing the sections of a report: autosave, plain form, buttons. Shared by 自评报告 and 运营工作报告.

Also here: The page for writing the sections of 自评报告, with last year's text and current figures beside them.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

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
from assessments.self_checks.report import KEYS, LONGEST, SECTIONS, ReportSection
from assessments.self_checks.selectors.report import (
    LastReport,
    OfferedFigure,
    OwnFigures,
    SectionPage,
    beside_last,
    last_report,
    offered_figures,
    preview_of,
    report_rows,
)
from assessments.self_checks.views.record import seen_check
from assessments.tables.rules import may_edit_table, sees_live_rows
from greendistrict.accounts.http import is_at_the_page, signed_out
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.integers import whole

SECTION = "assessments/self_checks/_selfcheck_section.html"
R = TypeVar("R")


@method_decorator(login_not_required, name="dispatch")
class SectionsPage(View, Generic[R]):
    """Sections of a report, each saved separately; the plain form saves all of them and then runs its button's action.

    A subclass reads and writes its kind of report ``R``; ``url_name`` is the route of the page, ``sections`` are in order, ``keys`` theirs.
    """

    url_name: ClassVar[str]
    template: ClassVar[str]
    sections: ClassVar[Sequence[ReportSection]]
    keys: ClassVar[Sequence[str]]

    def seen(self, viewer: Viewer, pk: int) -> R:
        """The report if the user sees it. Raises ``Http404``."""
        raise NotImplementedError

    def stored(self, report: R, key: str) -> str:
        """Stored text of a section."""
        raise NotImplementedError

    def save(self, report: R, key: str, text: str, version: int, user: User) -> int:
        """Store a section and return the next version. Raises ``Refused`` and its subclasses."""
        raise NotImplementedError

    def last(self, report: R) -> LastReport | None:
        """The report of the year before, if there is one to compare with."""
        raise NotImplementedError

    def carry_out(self, request: HttpRequest, report: R, user: User) -> tuple[str, str]:
        """Run the button's action; returns the section it concerns and the success message. Raises ``Refused``."""
        raise NotImplementedError

    def texts(self, viewer: Viewer, report: R) -> dict[str, str]:
        """Text of each section, as the user may read it."""
        del viewer
        return {key: self.stored(report, key) for key in self.keys}

    def named(self, report: R) -> dict[str, Any]:
        """Template context: the report, the key under which the page keeps unsaved text (``report_id``), the version shown."""
        raise NotImplementedError

    def beside(self, viewer: Viewer, report: R, texts: dict[str, str]) -> tuple[bool, LastReport | None, dict[str, list[OfferedFigure]]]:
        """Whether the user may edit, last year's report and current figures by section to show beside the texts."""
        raise NotImplementedError

    def page(self, request: HttpRequest, report: R, problems: dict[str, str] | None = None) -> HttpResponse:
        """Show the sections with last year's text and current figures beside them; ``problems`` by section with what was typed."""
        viewer, told = viewer_of(request), problems or {}
        texts = {key: request.POST.get(key, text) for key, text in self.texts(viewer, report).items()}
        editable, last, figures = self.beside(viewer, report, texts)
        sections = [
            SectionPage(one, texts[one.key], told.get(one.key, ""), beside_last(last, one.key, texts[one.key]), figures.get(one.key, []))
            for one in self.sections
        ]
        context = {
            **self.named(report),
            "sections": sections,
            "editable": editable,
            "beside": editable or any(section.last for section in sections),
            "takes": editable and any(section.takes for section in sections),
            "drafts": editable and any(section.figures and not section.text.strip() for section in sections),
            "longest": LONGEST,
            "saved_at": clock.now(),
            "errors": [(f"id_{key}", text) if key in self.keys else text for key, text in told.items()],
        }
        return render(request, self.template, context, status=409 if problems else 200)

    def closed(self, request: HttpRequest, report: R, refused: Refused) -> HttpResponse:
        """Response if the report takes no more changes from this user: the stored report, and all typed text to be copied."""
        stored = self.texts(viewer_of(request), report)
        sections = [SectionPage(section, stored[section.key]) for section in self.sections]
        unsaved = [(one.title, typed) for one in self.sections if (typed := request.POST.get(one.key, "")) != stored[one.key]]
        context = {**self.named(report), "sections": sections, "unsaved": unsaved, "errors": [str(refused)]}
        return render(request, self.template, context, status=refused.status)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Require a signed-in user; autosave gets 401 instead of the redirect to the sign-in page."""
        if request.headers.get("HX-Request") and not is_at_the_page(request):
            return signed_out()
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the sections."""
        return self.page(request, self.seen(viewer_of(request), pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save one section (htmx) or all changed ones (plain form), then run the button's action."""
        viewer = viewer_of(request)
        report = self.seen(viewer, pk)
        version = whole(request.POST.get("version"), -1)
        if request.headers.get("HX-Request"):
            return self._autosaved(request, report, version, viewer.user)
        problems: dict[str, str] = {}
        for key in (key for key in self.keys if key in request.POST):
            text = _text(request, key)
            if text == self.stored(report, key):
                continue
            try:
                version = self.save(report, key, text, version, viewer.user)
            except (Closed, NotAllowed) as refused:
                return self.closed(request, self.seen(viewer, pk), refused)
            except Refused as refused:
                problems[key] = str(refused)
        if problems:
            return self.page(request, self.seen(viewer, pk), problems)
        return self._carried_out(request, pk, viewer)

    def _carried_out(self, request: HttpRequest, pk: int, viewer: Viewer) -> HttpResponse:
        report = self.seen(viewer, pk)
        try:
            place, done = self.carry_out(request, report, viewer.user)
        except (Closed, NotAllowed) as refused:
            return self.closed(request, self.seen(viewer, pk), refused)
        except Refused as refused:
            asked = "" if request.POST.get("take") else request.POST.get("insert", "").partition(":")[0]
            return self.page(request, report, {asked: str(refused)})
        messages.success(request, done)
        anchor = f"#id_{place}" if place in self.keys else ""
        return HttpResponseRedirect(f"{reverse(self.url_name, args=[pk])}{anchor}")

    def _autosaved(self, request: HttpRequest, report: R, version: int, user: User) -> HttpResponse:
        """Response to an autosave: the new version with the differences from last year's text, or both texts on a conflict."""
        key = request.POST.get("field", "")
        text = _text(request, key)
        context: dict[str, Any] = {"key": key, "saved_at": clock.now(), "version": version}
        try:
            context["version"] = self.save(report, key, text, version, user)
        except Stale as stale:
            stored, current = stale.current if isinstance(stale.current, tuple) else ("", version)
            context |= {"text": str(stale), "theirs": stored, "mine": text, "version": current}
            return render(request, SECTION, context, status=409)
        except Refused as refused:
            context["text"] = str(refused)
            answer = render(request, SECTION, context, status=refused.status)
            answer["X-Refused"] = "1"
            return answer
        context |= {"last": beside_last(self.last(report), key, text), "preview": preview_of(text)}
        answer = render(request, SECTION, context)
        answer["X-Version"], answer["X-Saved-At"] = str(context["version"]), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
        return answer


def _text(request: HttpRequest, key: str) -> str:
    return request.POST.get(key, "").replace("\r\n", "\n")


ALL = "all"


class ReportPage(SectionsPage[SelfCheck]):
    """The sections of 自评报告."""

    url_name = "assessments:selfcheck_report"
    template = "assessments/self_checks/selfcheck_report.html"
    sections = SECTIONS
    keys = KEYS

    def seen(self, viewer: Viewer, pk: int) -> SelfCheck:
        """The self-check if the user sees it. Raises ``Http404``."""
        return seen_check(viewer, pk)

    def stored(self, report: SelfCheck, key: str) -> str:
        """Text of a section."""
        return str(report.report.get(key, ""))

    def save(self, report: SelfCheck, key: str, text: str, version: int, user: User) -> int:
        """Store a section and return the next version."""
        return services.save_section(check=report, key=key, text=text, version=version, by=user)

    def last(self, report: SelfCheck) -> LastReport | None:
        """Report of the year before."""
        return last_report(report)

    def carry_out(self, request: HttpRequest, report: SelfCheck, user: User) -> tuple[str, str]:
        """Insert last year's text, or a figure."""
        if taken := request.POST.get("take"):
            got = services.take_over(check=report, keys=KEYS if taken == ALL else [taken], version=report.report_version, by=user)
            return (got[0], f"已带入上年文字{len(got)}节，请逐节修改") if got else ("", "没有可以带入的空白章节")
        if figure := request.POST.get("insert"):
            place, _, name = figure.partition(":")
            services.insert_figure(check=report, key=place, figure=name, version=report.report_version, by=user)
            return place, "数字已插入"
        return "", "自评报告已保存"

    def texts(self, viewer: Viewer, report: SelfCheck) -> dict[str, str]:
        """Text of each section: live for the district's people, as frozen for others."""
        rows = dict(report_rows(viewer, report))
        return {section.key: rows.get(section.title, "") for section in SECTIONS}

    def named(self, report: SelfCheck) -> dict[str, Any]:
        """Template context that names the report."""
        return {"check": report, "report_id": f"report-{report.pk}", "report_version": report.report_version}

    def beside(
        self, viewer: Viewer, report: SelfCheck, texts: dict[str, str]
    ) -> tuple[bool, LastReport | None, dict[str, list[OfferedFigure]]]:
        """Last year's report for who sees live rows, figures for who may edit the table."""
        editable = may_edit_table(viewer.held, report.table)
        last = last_report(report) if sees_live_rows(viewer.held, report.table) else None
        return editable, last, offered_figures(OwnFigures(report, viewer.today), texts) if editable else {}
