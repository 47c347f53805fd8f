"""运营工作报告: the page on which its sections are written, with last year's text and figures beside them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from assessments.self_checks.selectors.report import SectionPage, beside_last
from assessments.self_checks.views.report import section_saved
from assessments.yearly_reports import rules, services
from assessments.yearly_reports.kinds import LONGEST
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, SECTIONS
from assessments.yearly_reports.selectors.text import has_text, last_text, offered_in
from assessments.yearly_reports.selectors.yearly_reports import contents_visible_to
from assessments.yearly_reports.views.reports import seen
from greendistrict.accounts.http import is_at_the_page, signed_in, signed_out
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.integers import whole

PAGE = "assessments/yearly_reports/yearly_report_text.html"
ALL, DRAFT = "all", "draft"


def _seen(user: User, pk: int) -> YearlyReport:
    """Report that is written here, whose contents the person reads. Raises ``Http404``."""
    report = seen(user, pk)
    if not has_text(report) or not contents_visible_to(user).filter(pk=pk).exists():
        raise Http404
    return report


@method_decorator(login_not_required, name="dispatch")
class TextPage(View):
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
        return _page(request, _seen(signed_in(request), pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save one section (htmx) or all changed ones (plain form)."""
        user = signed_in(request)
        report = _seen(user, pk)
        version = whole(request.POST.get("version"), -1)
        if request.headers.get("HX-Request"):
            return _autosaved(request, report, version, user)
        problems: dict[str, str] = {}
        for key in (key for key in KEYS if key in request.POST):
            text = request.POST[key].replace("\r\n", "\n")
            if text != str(report.text.get(key, "")):
                try:
                    version = services.save_text(report=report, key=key, text=text, version=version, by=user)
                except Refused as refused:
                    if isinstance(refused, Closed | NotAllowed):
                        return _closed(request, pk, refused)
                    problems[key] = str(refused)
        if problems:
            return _page(request, _seen(user, pk), problems)
        return _then(request, pk)


def _autosaved(request: HttpRequest, report: YearlyReport, version: int, user: User) -> HttpResponse:
    def save(key: str, text: str) -> int:
        return services.save_text(report=report, key=key, text=text, version=version, by=user)

    return section_saved(request, version, save, lambda: last_text(report))


def _then(request: HttpRequest, pk: int) -> HttpResponse:
    """What the button asked for besides saving: last year's text, a draft from figures, or one figure."""
    user = signed_in(request)
    report = _seen(user, pk)
    place, done = "", "报告已保存"
    try:
        if (taken := request.POST.get("take")) == DRAFT:
            got = services.draft(report=report, version=report.text_version, by=user)
            place, done = got[0] if got else "", f"已按平台数据起草{len(got)}节，请逐节核对、补充" if got else "没有可以起草的空白章节"
        elif taken:
            got = services.take_over(report=report, keys=KEYS if taken == ALL else [taken], version=report.text_version, by=user)
            place, done = got[0] if got else "", f"已带入上年文字{len(got)}节，请逐节修改" if got else "没有可以带入的空白章节"
        elif figure := request.POST.get("insert"):
            place, _, name = figure.partition(":")
            services.insert_figure(report=report, key=place, figure=name, version=report.text_version, by=user)
            done = "数字已插入"
    except Refused as refused:
        if isinstance(refused, Closed | NotAllowed):
            return _closed(request, pk, refused)
        return _page(request, report, {place: str(refused)})
    messages.success(request, done)
    anchor = f"#id_{place}" if place in KEYS else ""
    return HttpResponseRedirect(f"{reverse('assessments:yearly_report_text', args=[pk])}{anchor}")


def _named(report: YearlyReport) -> dict[str, Any]:
    """The report, what the page keeps unsaved words under, and the version that it shows."""
    return {"report": report, "report_id": f"operation-{report.pk}", "report_version": report.text_version}


def _closed(request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
    """The report as it stands, with everything that was sent to be copied."""
    report = _seen(signed_in(request), pk)
    stored = {key: str(report.text.get(key, "")) for key in KEYS}
    unsaved = [(one.title, typed) for one in SECTIONS if (typed := request.POST.get(one.key, "")) != stored[one.key]]
    sections = [SectionPage(one, stored[one.key]) for one in SECTIONS]
    context = {**_named(report), "sections": sections, "unsaved": unsaved, "errors": [str(refused)]}
    return render(request, PAGE, context, status=refused.status)


def _page(request: HttpRequest, report: YearlyReport, problems: dict[str, str] | None = None) -> HttpResponse:
    told = problems or {}
    texts = {key: request.POST.get(key, str(report.text.get(key, ""))) for key in KEYS}
    editable = rules.may_fill(signed_in(request), report)
    last = last_text(report) if editable else None
    figures = offered_in(report, texts) if editable else {}
    sections = [
        SectionPage(one, texts[one.key], told.get(one.key, ""), beside_last(last, one.key, texts[one.key]), figures.get(one.key, []))
        for one in SECTIONS
    ]
    context = {
        **_named(report),
        "sections": sections,
        "editable": editable,
        "beside": editable,
        "takes": editable and any(one.takes for one in sections),
        "drafts": editable and any(one.figures and not one.text.strip() for one in sections),
        "longest": LONGEST,
        "saved_at": clock.now(),
        "errors": [(f"id_{key}", text) if key in KEYS else text for key, text in told.items()],
    }
    return render(request, PAGE, context, status=409 if problems else 200)
