"""Public pages, readable without signing in; the register of titles is declared here for all of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from approvals.titles.columns import TITLES_IN_PUBLIC
from approvals.titles.models.publicity import Title
from approvals.titles.selectors import holders_of, title_changes, titles_stayed, with_undone
from assessments.post_evaluations.selectors import draw_data, drawn_by_default, drawn_lines, draws_public
from assessments.reviews.selectors.panels import with_signature
from assessments.score_releases.panels import panels_of
from assessments.score_releases.selectors import scores_released
from carbon.releases.selectors import figures_released
from districts.boundaries.selectors import public_outline
from districts.common.certainty import is_inferred
from districts.common.enums import LOST_STAGES, TITLED, Certainty
from districts.file.columns import DISTRICT
from districts.file.forms import named, of_world
from districts.file.models.district import District
from districts.file.selectors.lists import UNKNOWN, district_rows
from districts.file.selectors.visibility import public_districts
from districts.file.sources import told_source
from districts.overview.selectors.tabs import stage_bar
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, DayFilter, ListFilter, WordsFilter
from greendistrict.columns.kinds import DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.columns.shown import StateColumn
from greendistrict.core import clock
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.proxies import caller
from greendistrict.core.widgets import DayField
from indicators.editions.selectors import editions_public
from outreach.opinions.forms import PublicOpinionFilter
from outreach.opinions.selectors import opinions_published
from outreach.stories.selectors import stories_released
from portal.public import selectors as public
from portal.public.caching import cached_for_visitors
from portal.public.life import life_of
from portal.public.selectors import RegisterRow, find, of_digest
from reports.signing.signatures import HEAD, is_pdf

REGISTER = ListTable(
    Columns(
        RegisterRow,
        name=TextColumn(label="城区"),
        area_name=TextColumn(label="行政区", css="gd-nowrap", guess="area_guess", nothing="unknown"),
        title=StateColumn(label="称号", guess="title_guess"),
        doubt=TextColumn(label="现状"),
        star=TextColumn(label="星级", css="gd-nowrap gd-whole", guess="star_guess", nothing="unknown"),
        km2=NumberColumn("km²", label="面积", guess="km2_guess", nothing="unknown"),
        date=DayColumn(label="公告日期", guess="date_guess", nothing="unknown"),
        batch=TextColumn(label="批次", css="gd-nowrap", nothing="unknown"),
    ),
    "name", "area_name", "title+doubt", "star", "km2", "date", "batch", caption="称号名录", key="code",
)  # fmt: skip


class VerifyForm(forms.Form):
    """Document number and verification code to look up; the number of a published document or the code alone is enough."""

    code = forms.CharField(
        label="编号、文号或查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    check = forms.CharField(
        label="查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse the form if both fields are empty."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("code", "").strip() or data.get("check", "").strip()):
            self.add_error("code", "请填写编号、文号或查验码，如 SQ-2026-0007")
        return data


class CheckedFileForm(forms.Form):
    """A PDF to be checked by its digest and signature."""

    file = forms.FileField(
        label="PDF 文件",
        error_messages={"required": "请选择要核验的 PDF 文件", "missing": "请选择要核验的 PDF 文件", "empty": "这是空文件，请重新选择"},
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf", "class": "form-control"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse files that are no PDF or too big."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        limit = settings.GD_UPLOAD_MAX_BYTES
        if (file.size or 0) > limit:
            msg = f"文件超过{limit // (1024 * 1024)}MB，不能核验"
            raise forms.ValidationError(msg)
        if not is_pdf(file.read(len(HEAD))):
            msg = "这不是 PDF 文件，请选择平台出具的 PDF"
            raise forms.ValidationError(msg)
        return file


class PastDayField(DayField):
    """A day that is not in the future."""

    def clean(self, value: Any) -> dt.date | None:
        """The day. Raises ``ValidationError`` for one that has not come."""
        day: dt.date | None = super().clean(value)
        if day is not None and day > clock.today():
            msg = "日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day


class PastDayFilter(DayFilter):
    """Rows as they were on a day, which the page asks for itself."""

    field_class = PastDayField


class TitleRegisterFilter(ListFilter):
    """Filter of the title register."""

    q = WordsFilter("名称或拼音", meeting=named)
    title = ChosenFilter("称号", [(one.value, one.label) for one in TITLED], lambda stage: Q(stage=stage))
    star, type = (ColumnFilter(DISTRICT[name]) for name in ("star", "type"))
    kind = of_world()
    on = PastDayFilter("按哪一天")


def registered(asked: Mapping[str, Any]) -> list[RegisterRow]:
    """The rows of the register that meet these valid conditions, as they are or as they stood on the day that is asked for."""
    on = asked.get("on")
    if on is None:
        return public.register_of(district_rows(TitleRegisterFilter(asked, public.districts_in_order()).qs))
    found = TitleRegisterFilter({**asked, "title": "", "star": ""}, public.districts_in_order())
    return public.register_on(on, district_rows(found.qs), stage=asked["title"], star=str(asked["star"] or ""))


SAMPLE_SCRIPT = Path(settings.BASE_DIR) / "assessments" / "data" / "repeat_sample.txt"
DOWNLOADS = ("csv", "xlsx", "json")  # formats of the set titles in portal/open_data


@require_safe
@cached_for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """Home page: figures, map, open notices, announcements, document check, title register."""
    rows = public.public_rows()
    register = public.register_of(rows)
    tiles, counts = public.map_of(rows)
    notices, announcements = public.notice_items(clock.today()), public.announcement_items()
    special = public.special_of(rows)
    since = clock.now() - dt.timedelta(days=public.SHOWN_OUTAGE_DAYS)
    context = {
        "outages": public.outage_lines(since=since),
        "metrics": public.home_metrics(register),
        "official_note": public.OFFICIAL_NOTE,
        "tiles": tiles,
        "special_tiles": special,
        "special_counted": any(tile.count for tile in special),
        "map_counts": counts,
        "notices": notices,
        "announcements": announcements,
        **_register_context(request, register),
        "register_note": "真实城区取自公开资料；没有出处的写未查明，由出处推得的标推定",
        "register_href": reverse("portal:register"),
        "verify_form": VerifyForm(),
        "verify_url": reverse("portal:verify"),
    }
    return render(request, "portal/public/home.html", context)


@require_safe
@cached_for_visitors
def register(request: HttpRequest) -> HttpResponse:
    """The full title register with its filter; real and fictional titles in separate tables.

    With an invalid condition there are no rows, as its files are refused.
    """
    found = TitleRegisterFilter(request.GET, public.districts_in_order())
    is_refused = not found.is_valid()
    asked = found.form.cleaned_data
    rows = [] if is_refused else registered(asked)
    context = {
        "form": found.form,
        "total": len(rows),
        **_register_context(request, rows),
        "is_refused": is_refused,
        "stayed": [] if asked.get("on") else list(titles_stayed()),
        "on": asked.get("on"),
        "formats": DOWNLOADS,
        "conditions": urlencode({name: value for name, value in asked.items() if value}),
    }
    status = HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK
    return render(request, "portal/public/register.html", context, status=status)


def _register_context(request: HttpRequest, rows: Sequence[RegisterRow]) -> dict[str, Any]:
    """Real and fictional titles, and a list of those of each that stand on the page asked for; the real ones come first."""
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page}
    before = 0  # rows of the other list
    for name, is_demo in (("register", False), ("demo_register", True)):
        context[name] = [row for row in rows if row.is_demo == is_demo]
        shown = [row for row in page.object_list if row.is_demo == is_demo]
        first, address = max(page.start_index() - before, 1), RowAddress("portal:public_district")
        context[f"{name}_list"] = REGISTER.html(shown, viewer_of(request).today, address, first=first) if shown else None
        before = len(context[name])
    return context


@require_safe
@cached_for_visitors
def public_district(request: HttpRequest, code: str) -> HttpResponse:
    """Public facts of one district with their sources; nothing from its internal file."""
    told = with_undone(Title.objects.select_related("announcement", "end_announcement"))
    districts = public_districts().select_related("edition").prefetch_related("areas", "honours", Prefetch("titles", told))
    district = districts.filter(code=code).first()
    if district is None:
        raise Http404
    shown, today = District.objects.filter(pk=district.pk), viewer_of(request).today
    titles = sorted(district.titles.all(), key=lambda title: title.pk, reverse=True)
    rows, changes = TITLES_IN_PUBLIC.rows_of(titles), title_changes(district)
    scores, carbon, stories = scores_released(shown), figures_released(shown), list(stories_released().filter(district=district))
    context = {
        "district": district,
        "facts": facts_of(district),
        "stages": stage_bar(district),
        **public_outline(district),
        "life": life_of(district, today, titles=titles, changes=changes, scores=scores, carbon=carbon, stories=stories),
        "titles": TITLES_IN_PUBLIC.html(rows, today, None, first=None) if rows else None,
        "changes": changes,
        "holders": holders_of(district),
        "sources": [told_source(one) for one in district.sources],
        "honours": list(district.honours.all()),
        "scores": panels_of(scores, today.year),
        "carbon": [figure for _, figure in carbon],
        "stories": stories,
        "opinions": PublicOpinionFilter({"q": district.name}, opinions_published()).qs.count(),
    }
    return render(request, "portal/public/district.html", context)


def facts_of(district: District) -> list[tuple[str, str, bool]]:
    """(label, value or 未查明, inferred) of each public fact; 未填 if it is missing for a fictional district.

    A district that lost its title has no star any more; the register shows its former one.
    """
    inferred = Certainty.INFERRED
    area = "" if district.area_km2 is None else f"{district.area_km2.normalize():f} km²"
    words, edition = district.fact_certainty, district.edition
    star = district.star_certainty == inferred
    code = f"{edition.code}{f'（{edition.mark}）' if edition.mark else ''}" if edition else district.edition_text
    rows = [
        ("所在区", "、".join(area.name for area in district.areas.all()), is_inferred(words, "所在区")),
        ("类型", district.get_type_display() if district.type else "", district.type_certainty == inferred),
        *([("星级", district.get_star_display() if district.star else "", star)] if district.stage not in LOST_STAGES else []),
        ("规划范围面积", area, is_inferred(words, "面积")),
        ("适用标准", code, district.edition_is_inferred),
        *([("申报主体", district.applicant_text, False)] if not district.is_demo else []),
    ]
    missing = "未填" if district.is_demo else UNKNOWN
    return [(label, value or missing, bool(value) and guess) for label, value, guess in rows]


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """Districts drawn for evaluation after acceptance (八（二）), with the data needed to repeat each draw."""
    shown = [(draw, drawn_lines(draw), drawn_by_default(draw)) for draw in draws_public()]
    return render(request, "portal/public/samples.html", {"draws": shown})


@require_safe
@cached_for_visitors
def standards(request: HttpRequest) -> HttpResponse:
    """Public facts of the standards' editions, without the text of their clauses."""
    editions = editions_public(viewer_of(request).today).prefetch_related("chapters")
    return render(request, "portal/public/standards.html", {"editions": editions})


@require_safe
def outages(request: HttpRequest) -> HttpResponse:
    """Times when the portal was unavailable, and deadlines moved by the outage rule."""
    return render(request, "portal/public/outages.html", {"outages": public.outage_lines()})


@require_safe
def sample_data(_request: HttpRequest, pk: int) -> HttpResponse:
    """Data of one draw for ``manage.py verify_draw`` or an independent script. Raises ``Http404`` before the draw."""
    made = get_object_or_404(draws_public(), pk=pk)
    return JsonResponse(with_signature(draw_data(made)), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def sample_script(_request: HttpRequest) -> HttpResponse:
    """The script of docs/draw.md that repeats a draw without the portal."""
    headers = {"Content-Disposition": 'attachment; filename="repeat_sample.py"'}
    return HttpResponse(SAMPLE_SCRIPT.read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8", headers=headers)


@csrf_exempt  # no CSRF token: public pages set no cookie, and checking a file changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Check a document by number, code or both, or check a PDF; rate-limited per address."""
    if request.method == "POST":
        return _check_file(request)
    form = VerifyForm(request.GET if request.GET.keys() & {"code", "check"} else None)
    found, status = None, HTTPStatus.OK
    if form.is_bound and form.is_valid():
        secret = form.cleaned_data["check"]
        found = find(form.cleaned_data["code"], secret)
        if public.may_check(caller(request)) or (found and secret):  # a right 查验码 is no guess, whoever else looks up behind the gateway
            status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        else:
            found, status = None, HTTPStatus.TOO_MANY_REQUESTS
    asked = form.is_bound and form.is_valid()
    return _verify_page(request, status, form=form, found=found, asked=asked, busy=status == HTTPStatus.TOO_MANY_REQUESTS)


def _check_file(request: HttpRequest) -> HttpResponse:
    """Result of checking digest and signature of a PDF; the temporary upload is deleted with the request."""
    form = CheckedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _verify_page(request, HTTPStatus.UNPROCESSABLE_ENTITY, file_form=form)
    from reports.signing.verification import checked  # noqa: PLC0415 -- heavy; only who checks a file pays for it

    with mmap(form.cleaned_data["file"].fileno(), 0, access=ACCESS_READ) as content:
        verdict = checked(content)
    return _verify_page(request, HTTPStatus.OK, verdict=verdict, issued=of_digest(verdict.digest))


def refused_file(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Page for an upload refused before reading: too big, or above the limit per minute."""
    busy = status == HTTPStatus.TOO_MANY_REQUESTS
    return _verify_page(request, status, busy=busy, too_big=not busy)


def _verify_page(request: HttpRequest, status: HTTPStatus, **context: Any) -> HttpResponse:
    whole = {
        "verify_url": reverse("portal:verify"),
        "form": VerifyForm(),
        "file_form": CheckedFileForm(),
        "upload_limit": settings.GD_UPLOAD_MAX_BYTES // (1024 * 1024),
        **context,
    }
    return render(request, "portal/public/verify.html", whole, status=status)
