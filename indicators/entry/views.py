"""Pages of guided entry: drafts, one draft with its chapters, one chapter with its clauses. Only who may import editions sees them."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import PLACE, RowAddress, ShownList
from greendistrict.core.answers import deleted, deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.foreign import UnknownHeadsError
from greendistrict.documents.workbooks.pages import VALID_SECONDS, taken_table
from indicators.comparison.comparison import ADDED, REMOVED, compare
from indicators.editions.lifecycle import may_draft
from indicators.editions.models import Edition
from indicators.editions.selectors import editions_visible_to
from indicators.entry import selectors, services
from indicators.entry.columns import CHAPTERS, CLAUSES, DRAFTS, FAULTS, ChapterLine, ClauseLine, DraftLine
from indicators.entry.forms import ChapterForm, ClauseForm, ClausesForm, EntryHandOverForm, FrameForm, ReferenceForm, VersionedForm
from indicators.entry.heads import ChapterHeads, heads_of
from indicators.entry.models import DraftChapter, EntryDraft
from indicators.entry.numbers import number_after
from indicators.entry.rows import LABELS, ClauseHeads
from indicators.entry.sheets import ChapterInput, chapter_workbook, read_clause, read_file, read_pasted
from indicators.entry.wording import EXAMPLES, TEMPLATES

UNPROCESSABLE, CONFLICT = 422, 409
SALT = "indicators.entry.file"
FIELDS = {label: name for name, label in LABELS.items()}


def _user(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    NotAllowed.unless(may_draft(viewer.held), services.ONLY)
    return viewer.user


def _draft(request: HttpRequest, pk: int) -> EntryDraft:
    return get_object_or_404(selectors.drafts_visible_to(viewer_of(request)), pk=pk)


def _chapter(request: HttpRequest, pk: int, chapter: int) -> DraftChapter:
    drafts = selectors.drafts_visible_to(viewer_of(request))
    return get_object_or_404(DraftChapter.objects.filter(draft__in=drafts, draft=pk).select_related("draft"), pk=chapter)


@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    """Show the drafts, how far each is, and what one can be begun from."""
    _user(request)
    drafts = list(selectors.drafts_visible_to(viewer_of(request)).prefetch_related("chapters"))
    progress = [selectors.progress_with(draft, selectors.chapters_of(draft)) for draft in drafts]
    lines = [DraftLine.of(draft, one) for draft, one in zip(drafts, progress, strict=True)]
    shown = DRAFTS.html(lines, viewer_of(request).today, RowAddress("indicators:entry_draft"), first=None) if lines else None
    begun = {draft.code for draft in drafts}
    editions = [edition for edition in selectors.startable_editions() if edition.code not in begun]
    return render(request, "indicators/entry/entry_list.html", {"shown": shown, "editions": editions})


def entry_begin(request: HttpRequest) -> HttpResponse:
    """Begin an entry: empty, or (``?edition=``) from what is known of an edition."""
    user = _user(request)
    edition = None
    if given := request.GET.get("edition"):
        edition = get_object_or_404(selectors.startable_editions().select_related("stored"), code=given)
    frame = services.frame_of(edition)
    form = FrameForm(request.POST if request.method == "POST" else None, frame=frame, version=0)
    if form.is_valid():
        with RefusalsIn(form):
            draft = services.begin(frame=form.frame(), edition=edition, by=user)
            return redirect_saying(request, f"{draft} 已开始录入，逐章填写即可", "indicators:entry_draft", draft.pk)
    context = {"form": form, "edition": edition, "back": reverse("indicators:entry_list")}
    return render(request, "indicators/entry/entry_frame.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
def entry_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a draft is, chapter by chapter, and what is wrong."""
    draft = _draft(request, pk)
    return render(request, "indicators/entry/entry_draft.html", _draft_context(request, draft, EntryHandOverForm()))


def _draft_context(request: HttpRequest, draft: EntryDraft, form: EntryHandOverForm) -> dict[str, Any]:
    chapters = selectors.chapters_of(draft)
    progress = selectors.progress_with(draft, chapters)
    stored = Edition.objects.filter(code=draft.code).first()
    lines = [ChapterLine.of(chapter, state) for chapter, state in zip(chapters, progress.chapters, strict=True)]
    address, edit = (RowAddress(f"indicators:{name}", draft.pk, PLACE) for name in ("entry_chapter", "entry_chapter_data"))
    return {
        "draft": draft,
        "shown": CHAPTERS.html(lines, viewer_of(request).today, address, first=None, edit=edit) if lines else None,
        "progress": progress,
        "entered": sum(one.entered for one in progress.chapters),
        "expected": sum(one.expected or 0 for one in progress.chapters),
        "unknown": sum(one.expected is None for one in progress.chapters),
        "pace": selectors.pace_with(draft, chapters, progress),
        "stored": stored,
        "same": bool(stored and stored.digest == progress.parsed.digest),
        "form": form,
    }


def _stale(request: HttpRequest, form: VersionedForm, fresh: VersionedForm, stale: Stale) -> dict[str, Any]:
    """What was typed, to be saved over what somebody else saved meanwhile, and both side by side."""
    typed = request.POST.copy()
    typed["version"] = str(fresh.initial["version"])
    form.data = typed
    rows = []
    for field in fresh:
        now, mine = "" if field.value() is None else str(field.value()), request.POST.get(field.html_name, "")
        if field.name != "version" and now != mine:
            rows.append((field.label, now, mine))
    return {"stale": str(stale), "rows": rows}


def entry_frame(request: HttpRequest, pk: int) -> HttpResponse:
    """State code, title, dates, star lines and total of a draft."""
    user, draft = _user(request), _draft(request, pk)
    form = FrameForm(request.POST if request.method == "POST" else None, frame=draft.frame, version=draft.version)
    back = reverse("indicators:entry_draft", args=[pk])
    context, status = {"form": form, "draft": draft, "back": back}, 200
    if form.is_valid():
        try:
            services.save_frame(draft=draft, frame=form.frame(), version=form.cleaned_data["version"], by=user)
        except Stale as stale:
            draft = _draft(request, pk)
            context |= _stale(request, form, FrameForm(frame=draft.frame, version=draft.version), stale)
            status = CONFLICT
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return redirect_saying(request, "标准的数据已保存", back)
    return render(request, "indicators/entry/entry_frame.html", context, status=UNPROCESSABLE if form.errors else status)


def entry_chapter_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a chapter to a draft."""
    return _chapter_data(request, _draft(request, pk), None)


def entry_chapter_data(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """State title, points, weights and number of clauses of a chapter."""
    row = _chapter(request, pk, chapter)
    return _chapter_data(request, row.draft, row)


def _chapter_data(request: HttpRequest, draft: EntryDraft, chapter: DraftChapter | None) -> HttpResponse:
    user = _user(request)
    form = ChapterForm(request.POST if request.method == "POST" else None, frame=draft.frame, chapter=chapter)
    back = reverse("indicators:entry_draft", args=[draft.pk])
    context, status = {"form": form, "draft": draft, "chapter": chapter, "back": back}, 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = services.save_chapter(
                draft=draft, chapter=chapter, facts=form.facts(), expected=given["expected"], version=given["version"], by=user
            )
        except Stale as stale:
            context |= _stale(request, form, ChapterForm(frame=draft.frame, chapter=_chapter(request, draft.pk, stale.current.pk)), stale)  # type: ignore[attr-defined]
            status = CONFLICT
        except Refused as refused:
            add_refusals(form, refused)
        else:
            to = reverse("indicators:entry_chapter_add", args=[draft.pk]) if request.POST.get("do") == "more" else back
            return redirect_saying(request, f"第{row.facts['no']}章已保存", to)
    return render(request, "indicators/entry/entry_chapter_data.html", context, status=UNPROCESSABLE if form.errors else status)


def entry_chapter(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """Show a chapter and take its clauses in: first a preview, then the same once more to be written."""
    row = _chapter(request, pk, chapter)
    if request.method != "POST":
        return _chapter_page(request, row, ClausesForm(initial={"version": row.version}))
    user, form = _user(request), ClausesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _chapter_page(request, row, form, status=UNPROCESSABLE)
    heads, content = ChapterHeads({}, {}), b""
    try:
        heads = heads_of(request)
        content = _content(form, row, heads.all)
        seen = _read(form, content, row, heads.all)
    except Refused as refused:
        add_refusals(form, refused, aliases={"": "workbook" if form.cleaned_data["workbook"] else "pasted"})
        more = _asked(refused, heads, content, row) if isinstance(refused, UnknownHeadsError) else {}
        return _chapter_page(request, row, form, more, status=UNPROCESSABLE)
    more = {"seen": seen, **_asked(seen, heads, content, row)}
    if request.POST.get("do") != "write" or seen.faults:
        return _chapter_page(request, row, form, more, status=UNPROCESSABLE if seen.faults else 200)
    try:
        services.write_items(chapter=row, items=seen.items, version=form.cleaned_data["version"], by=user, labels=heads.chosen)
    except Stale as stale:
        row = _chapter(request, pk, chapter)
        more |= {"seen": _read(form, content, row, heads.all), "stale": str(stale)}
        return _chapter_page(request, row, form, more, status=CONFLICT)
    said = f"已写入：新增{len(seen.added)}条，改动{len(seen.changed)}条，删去{len(seen.removed)}条"
    return redirect_saying(request, said, "indicators:entry_chapter", pk, chapter)


def entry_clause(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """Enter one clause, from a template (``?template=``) if one is chosen; a clause of the same number is changed."""
    user, row = _user(request), _chapter(request, pk, chapter)
    kind, rule, unit = TEMPLATES.get(request.GET.get("template", ""), ("", "", ""))
    last = row.items[-1] if row.items else {}
    about = {name: last.get(name) or "" for name in ("group", "source_department")}
    initial = {
        "id": number_after(item["id"] for item in row.items),
        "kind": kind,
        "rule": rule,
        "unit": unit,
        **about,
        "version": row.version,
    }
    form = ClauseForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("indicators:entry_chapter", args=[pk, chapter])
    context, status = {"form": form, "draft": row.draft, "chapter": row, "back": back, "templates": TEMPLATES}, 200
    if form.is_valid() and (seen := read_clause(form.cells(), *_document(row))):
        for fault in seen.faults:
            form.add_error(FIELDS.get(fault.label), fault.text if fault.label else f"{fault.number} {fault.text}")
        if not seen.faults:
            try:
                services.write_items(chapter=row, items=seen.items, version=form.cleaned_data["version"], by=user)
            except Stale as stale:
                fresh = ClauseForm(initial={"version": _chapter(request, pk, chapter).version})
                context |= {**_stale(request, form, fresh, stale), "rows": ()}
                status = CONFLICT
            else:
                to = reverse("indicators:entry_clause", args=[pk, chapter]) if request.POST.get("do") == "more" else back
                return redirect_saying(request, f"{form.cleaned_data['id']} 已{'改' if seen.changed else '录入'}", to)
    return render(request, "indicators/entry/entry_clause.html", context, status=UNPROCESSABLE if form.errors else status)


def _asked(seen: ChapterInput | UnknownHeadsError, heads: ChapterHeads, content: bytes, row: DraftChapter) -> dict[str, Any]:
    """The heads that columns may be chosen for, what was chosen, and the workbook, to be sent back."""
    read = seen.chosen if isinstance(seen, ChapterInput) else ()
    kept = {"kept": _signed(content, row) if content else "", "heads": heads.signed(read)}
    return {**kept, "asked": seen.asked, "columns": seen.columns}


def _content(form: ClausesForm, row: DraftChapter, known: Mapping[str, str]) -> bytes:
    """The workbook that was chosen now or is kept with the preview; empty where cells were pasted. Raises ``Refused``."""
    if form.cleaned_data["workbook"]:
        heads = ClauseHeads()
        heads.choose(known)
        return taken_table(form.cleaned_data["workbook"], heads.head_words(), as_text=True)
    if not form.cleaned_data["kept"] or form.cleaned_data["pasted"].strip():
        return b""
    try:
        kept = signing.loads(form.cleaned_data["kept"], salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新选择工作簿"
        raise Refused(msg) from error
    Refused.when(kept["chapter"] != row.pk, "预览是别的章的，请重新选择工作簿")
    return b64decode(kept["content"])


def _signed(content: bytes, row: DraftChapter) -> str:
    return signing.dumps({"chapter": row.pk, "content": b64encode(content).decode()}, salt=SALT, compress=True)


def _read(form: ClausesForm, content: bytes, row: DraftChapter, known: Mapping[str, str]) -> ChapterInput:
    document, at = _document(row)
    if content:
        return read_file(content, document, at, form.fill(), known)
    return read_pasted(form.cleaned_data["pasted"], document, at, form.fill(), known)


def _document(row: DraftChapter) -> tuple[dict[str, Any], int]:
    """The whole draft, and the place of the chapter in it."""
    chapters = selectors.chapters_of(row.draft)
    return selectors.document_of(row.draft, chapters), [one.pk for one in chapters].index(row.pk)


def _chapter_page(
    request: HttpRequest, row: DraftChapter, form: ClausesForm, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    chapters = selectors.chapters_of(row.draft)
    at = [one.pk for one in chapters].index(row.pk)
    progress = selectors.progress_with(row.draft, chapters)
    around = {"previous": chapters[at - 1] if at else None, "following": chapters[at + 1] if at + 1 < len(chapters) else None}
    context = {
        "draft": row.draft, "chapter": row, "state": progress.chapters[at], "form": form, "examples": EXAMPLES, "version": row.version,
        "shown": _clauses(request, [ClauseLine.of(item) for item in row.items]), **around, **_compared(request, row), **(more or {}),
    }  # fmt: skip
    if seen := context.get("seen"):
        said = {**dict.fromkeys(seen.added, "新增"), **dict.fromkeys(seen.changed, "改动")}
        new = [ClauseLine.of(item, said[item["id"]]) for item in seen.items if item["id"] in said]
        context["preview"] = _clauses(request, new)
        context["faults"] = FAULTS.html(seen.faults, viewer_of(request).today, None, first=None) if seen.faults else None
    return render(request, "indicators/entry/entry_chapter.html", context, status=status)


def _clauses(request: HttpRequest, lines: list[ClauseLine]) -> ShownList | None:
    return CLAUSES.html(lines, viewer_of(request).today, None, first=None) if lines else None


def _compared(request: HttpRequest, row: DraftChapter) -> dict[str, Any]:
    """The chapter beside that of the edition that was chosen."""
    form = ReferenceForm(request.GET or None, editions=editions_visible_to(viewer_of(request)).select_related("stored"))
    edition = form.cleaned_data["against"] if form.is_valid() else None
    if edition is None:
        return {"reference": form}
    document = selectors.document_to_compare(edition, row.content)
    found = compare(document, {**row.draft.frame, "chapters": [row.content]}) if document else None
    told: dict[str, list[str]] = {"added": [], "removed": [], "points": []}
    for change in found.clauses if found else ():
        told["added"] += [change.new] if ADDED in change.kinds else []
        told["removed"] += [f"{change.old} {change.title}"] if REMOVED in change.kinds else []
        if change.old and change.new:
            told["points"] += [f"{change.new}（{line.old}→{line.new}）" for line in change.lines if line.label == "分值"]
    return {"reference": form, "against": edition, "found": found, "told": told}


@require_safe
def entry_chapter_workbook(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """Download one chapter as a workbook of the form of editions."""
    row = _chapter(request, pk, chapter)
    document, at = _document(row)
    return as_workbook(chapter_workbook(document, at), f"{row.draft} 第{row.facts['no']}章.xlsx")


@require_POST
def entry_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a whole draft to the import of editions."""
    user, draft = _user(request), _draft(request, pk)
    form = EntryHandOverForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form) as refused:
            done = services.hand_over(draft=draft, replace=form.cleaned_data["replace"], by=user)
            said = "已生成待核对版本，请校核后交审定发布" if done.changed else "内容与现有的版本相同，没有改动"
            return redirect_saying(request, said, "indicators:edition_detail", done.edition.pk)
        return render(request, "indicators/entry/entry_draft.html", _draft_context(request, draft, form), status=refused.code)
    return render(request, "indicators/entry/entry_draft.html", _draft_context(request, draft, form), status=UNPROCESSABLE)


@require_POST
def entry_chapter_drop(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """Delete a chapter with its clauses."""
    user, row = _user(request), _chapter(request, pk, chapter)
    back = reverse("indicators:entry_draft", args=[pk])
    loss = f"已录的{len(row.items)}条条文一并删除，不能恢复。"
    if asking := deletion_question(request, f"第{row}章", back=back, loss=loss):
        return asking
    services.drop_chapter(chapter=row, by=user)
    return redirect_saying(request, f"第{row.facts['no']}章已删除", back)


@require_POST
def entry_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    user, draft = _user(request), _draft(request, pk)
    loss = "已录的各章一并删除，不能恢复；已生成的版本不受影响。"
    back, to = reverse("indicators:entry_draft", args=[pk]), reverse("indicators:entry_list")
    return deleted(request, f"“{draft}”的录入", lambda: services.drop(draft=draft, by=user), back=back, to=to, loss=loss)
