"""Import of the report edited in Word: upload, preview by section, writing what was chosen."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.self_checks import services
from assessments.self_checks.forms import WordForm
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS, SECTIONS
from assessments.self_checks.report_word import ReturnedReport, again, digest_of, read_mark, returned
from assessments.self_checks.selectors.self_checks import held_uploads, pictures_named
from assessments.self_checks.views.record import seen_check
from assessments.tables.rules import may_edit_table
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents import uploads
from greendistrict.documents.models import Upload
from greendistrict.documents.office.inspection import KINDS
from greendistrict.documents.office.word_text import read_word, taken_word
from greendistrict.documents.printable import IMAGES
from greendistrict.workflow.pages import UNPROCESSABLE

PAGE = "assessments/self_checks/selfcheck_report_word.html"
SALT, VALID_SECONDS = "assessments.self_checks.word", 24 * 3600


def report_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a document and preview its changes by section; writes nothing."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    NotAllowed.unless(may_edit_table(viewer.held, check.table), "这份自评报告现在不能改，可以在自评报告页面导出")
    if request.method != "POST":
        return _page(request, check, {"form": WordForm()})
    form = WordForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            seen = _compared(check, taken_word(form.cleaned_data["document"]), viewer.user)
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error("document", refusal.text)
        else:
            return _page(
                request, check, {"form": WordForm(), "seen": seen, "token": _signed(viewer, check, seen), **_pictures(viewer, check, seen)}
            )
    return _page(request, check, {"form": form}, status=UNPROCESSABLE)


def _compared(check: SelfCheck, content: bytes, user: User) -> ReturnedReport:
    """Compare a document with the report; its new pictures become pending uploads. Raises ``Refused`` for another report's document."""
    document = read_word(content)
    mark = read_mark(document.keywords)
    if mark and mark[0] != check.pk:
        msg = f"这个文件是另一份自查的自评报告，不是{check}的，请换一个文件"
        raise Refused(msg)
    blocks = services.hold_pictures(check=check, document=document, by=user)
    seen = returned(blocks, check.report, mark[1] if mark else None)
    if not seen.recognised:
        titles = "、".join(one.title for one in SECTIONS)
        msg = f"文件里没有找到自评报告的章节标题（{titles}）。请用本页导出的 Word 文件修改，保留各节标题"
        raise Refused(msg)
    return seen


def _held(viewer: Viewer, check: SelfCheck, seen: ReturnedReport) -> list[Upload]:
    """Pending uploads used in sections that can be accepted."""
    named = set[str]().union(*(pictures_named(offer.text) for offer in seen.offers))
    return list(held_uploads(viewer, check).filter(key__in=named)) if named else []


def _pictures(viewer: Viewer, check: SelfCheck, seen: ReturnedReport) -> dict[str, Any]:
    """URLs of the new pictures by key, for the preview."""
    held = [str(one.key) for one in _held(viewer, check, seen)]
    return {"held": {key: reverse("assessments:selfcheck_report_word_picture", args=[check.pk, key]) for key in held}}


@require_safe
def report_word_picture(request: HttpRequest, pk: int, key: UUID) -> HttpResponseBase:
    """A pending picture of a document, for the user who uploaded it."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    upload = get_object_or_404(held_uploads(viewer, check), key=key)
    kind = KINDS.get(upload.name.rpartition(".")[2].lower())
    if kind is None or kind.content_type not in IMAGES:
        raise Http404
    return FileResponse(uploads.place_of(upload).open("rb"), content_type=kind.content_type)


def _signed(viewer: Viewer, check: SelfCheck, seen: ReturnedReport) -> str:
    """The preview in signed form, sent with the page, so that exactly what was shown is written."""
    keys = [offer.section.key for offer in seen.offers]
    work = {
        "check": check.pk,
        "texts": {offer.section.key: offer.text for offer in seen.offers},
        "new": [str(one.key) for one in _held(viewer, check, seen)],
        "seen": {key: digest_of(str(check.report.get(key, ""))) for key in keys},
    }
    return signing.dumps(work, salt=SALT, compress=True) if keys else ""


@require_POST
def report_word_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the chosen sections; those that changed meanwhile are shown again with all uploaded text."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    try:
        work: dict[str, Any] = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        work = {"check": None}
    if work["check"] != check.pk:
        return _page(request, check, {"form": WordForm(), "errors": ["预览已失效，请重新上传"]}, status=UNPROCESSABLE)
    chosen = {key: work["texts"][key] for key in KEYS if key in work["texts"] and key in request.POST.getlist("take")}
    try:
        services.bring_back(check=check, texts=chosen, seen=work["seen"], by=viewer.user, new_pictures=work["new"])
    except Stale as stale:
        check = seen_check(viewer, pk)
        seen = again(work["texts"], work["seen"], check.report)
        context = {"form": WordForm(), "seen": seen, "token": _signed(viewer, check, seen), "errors": [str(stale)]}
        context |= _pictures(viewer, check, seen)
        return _page(request, check, context, status=stale.status)
    except Refused as refused:
        unsaved = [(one.title, chosen[one.key]) for one in SECTIONS if one.key in chosen]
        return _page(request, check, {"unsaved": unsaved, "errors": [str(refused)]}, status=refused.status)
    words = f"已从 Word 带回{len(chosen)}节" if chosen else "没有选定章节，自评报告没有改动"
    return redirect_saying(request, words, "assessments:selfcheck_report", pk)


def _page(request: HttpRequest, check: SelfCheck, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, PAGE, {"check": check, **context}, status=status)
