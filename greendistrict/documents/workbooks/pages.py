"""The page that imports a workbook: upload, preview, writing the previewed changes, and the copy of rows that were not accepted.

Also here: Opening workbooks that people send back: permitted parts, size limits, and whether it is a workbook.
"""

import datetime as dt
import hashlib
import re
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Closed, NotAllowed, Refused, about_file
from greendistrict.core.refusals import add_refusals
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.office.archives import DamagedError, opened
from greendistrict.documents.office.inspection import check_name, display_name, inspect, write_clean
from greendistrict.documents.office.package import package_hazard
from greendistrict.documents.workbooks.asked_texts import NO_CHOICES, Answers, answers_of, given_answers, signable
from greendistrict.documents.workbooks.book import HEAD_ROW, Returned
from greendistrict.documents.workbooks.csv_lines import ENDINGS, csv_table, is_text_table
from greendistrict.documents.workbooks.forms import AnySheetForm, WorkbookForm
from greendistrict.documents.workbooks.grids import with_results
from greendistrict.documents.workbooks.other_formats import LARGE, MAX_PARTS, MAX_UNPACKED, is_workbook, plain_workbook
from greendistrict.documents.workbooks.pasted import MOST_COLUMNS, MOST_LINES, NAME, pasted_workbook, table_workbook
from greendistrict.documents.workbooks.preview import SHOWN, Preview, first_cells
from greendistrict.documents.workbooks.remembered import given_heads, newly_chosen, remember_heads, remembered_heads

LIMIT = 5 * 1024 * 1024
BROKEN = "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z0-9:]{2,20})\"")


def package_problem(content: bytes, *, merged: bool = False, titles: int = 0) -> str:
    """Why a workbook is refused, or an empty text. Looks at the package directory only, so that nothing large is unpacked.

    ``merged`` cells are accepted where whoever reads the workbook looks at them, and within the first ``titles`` rows.
    """
    try:
        with opened(content) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return LARGE
            if hazard := package_hazard(archive):
                return f"工作簿含{hazard}，请去除后另存为 xlsx"
            return "" if merged else next(filter(None, (_merged(archive, entry, titles) for entry in entries)), "")
    except DamagedError:
        return BROKEN


def _merged(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, titles: int) -> str:
    if not entry.filename.startswith("xl/worksheets/sheet"):
        return ""
    ranges = (found[1].decode() for found in _MERGED.finditer(archive.read(entry)))
    odd = next((one for one in ranges if int(re.sub(r"\D", "", one.rpartition(":")[2]) or titles + 1) > titles), "")
    return f"工作簿有合并单元格（{odd}），请取消合并后导入" if odd else ""


def taken_upload(upload: "UploadedFile[Any]", *, merged: bool = False, titles: int = 0) -> bytes:
    """Content of an uploaded workbook. Raises ``Refused`` for an unacceptable name, size or package.

    ``merged`` and ``titles`` as in ``package_problem``.
    """
    with about_file(upload):
        return _taken(upload, merged=merged, titles=titles)


def taken_table(upload: "UploadedFile[Any]", heads: Collection[str], *, as_text: bool = False) -> bytes:
    """An uploaded workbook, or the lines of a CSV file as one; ``heads`` tell the lines. Raises ``Refused`` with its field.

    ``as_text`` keeps the numbers of a CSV file as they are written (5.10).

    Cells may be merged: whoever reads the workbook looks at them.
    """
    name = display_name(upload.name or "")
    content: bytes = upload.read(LIMIT + 1)
    upload.seek(0)
    is_text = name.lower().endswith(ENDINGS) or (is_workbook(name) and len(content) <= LIMIT and is_text_table(content, heads))
    if not is_text:
        return taken_upload(upload, merged=True)
    with about_file(upload):
        Refused.when(len(content) > LIMIT, f"文件超过{LIMIT // 1024 // 1024} MB，请分几次上传")
        rows = csv_table(content, heads)
        Refused.unless(any(cell.strip() for row in rows for cell in row), f"“{name}”是空文件，请检查后重新选择")
        Refused.when(len(rows) > MOST_LINES or max(map(len, rows)) > MOST_COLUMNS, "文件的行或列过多，请分几次上传")
        return table_workbook(rows, as_text=as_text)


def _taken(upload: "UploadedFile[Any]", *, merged: bool, titles: int) -> bytes:
    name = display_name(upload.name or "")
    content: bytes = upload.read(LIMIT + 1)
    size = max(len(content), upload.size or 0)
    if not is_workbook(name):
        msg = f"“{name}”不是 Excel 工作簿，请上传从本页导出的 Excel 文件"
        raise Refused(msg)
    content = clean_workbook(name, content, size, LIMIT)
    if problem := package_problem(content, merged=merged, titles=titles):
        raise Refused(problem)
    return content


def clean_workbook(name: str, content: bytes, size: int, limit: int) -> bytes:
    """An uploaded workbook as an inspected xlsx without what is never seen. Raises ``Refused`` for its size or content."""
    usual = f"{name.rpartition('.')[0]}.xlsx"
    check_name(usual, size, limit)
    content, clean = plain_workbook(content), BytesIO()
    kept = write_clean(usual, inspect(usual, BytesIO(content), len(content), limit), BytesIO(content), clean)
    return clean.getvalue() if kept else content


VALID_SECONDS = 24 * 3600
UNPROCESSABLE, CONFLICT = 422, 409


class IncomingBook(NamedTuple):
    """A workbook that came in: its name and digest as it was sent, what was chosen for heads (labels of columns) and for asked texts.

    ``pasted``: it was made of copied cells.
    """

    content: bytes
    name: str
    digest: str
    heads: Mapping[str, str]
    answers: Answers
    pasted: bool = False


def came_in(name: str) -> str:
    """What something came in, in a word, by the name on record: a file always has the ending of a workbook or a table."""
    return name if name == NAME else "工作簿"


@dataclass(frozen=True)
class ImportPage:
    """The import page of one kind of workbook.

    ``reader(target, today)`` compares a workbook with the stored data (``read``; raises ``Refused``). ``shown(target)`` is the template
    context of the target, ``key(target)`` identifies it: a preview is signed for its ``kind`` and target, ``another`` describes other
    targets in messages. The file's name is kept only if ``named``, because it may identify an expert. ``later(request, target, content,
    name)`` may take over a large workbook and return a response, or None to have it handled here.
    The columns that were chosen for heads are kept for the ``bodies(viewer, target)`` (keys) once something is written; where the
    imports themselves keep them, ``remembered(target)`` gives them: labels of columns by head.
    """

    kind: str
    another: str
    template: str
    reader: Callable[[Any, dt.date], Any]
    shown: Callable[[Any], dict[str, Any]]
    key: Callable[[Any], Any] = lambda target: target.pk
    named: bool = True
    later: Callable[[HttpRequest, Any, bytes, str], HttpResponse | None] = lambda _request, _target, _content, _name: None
    remembered: Callable[[Any], Mapping[str, str]] | None = None
    bodies: Callable[[Viewer, Any], Collection[int]] = lambda viewer, _target: viewer.held.organisation_ids
    foreign: ClassVar[bool] = True  # any sheet and a CSV file are read by their heads; texts are asked once for all rows

    @property
    def form(self) -> type[WorkbookForm]:
        """The form of what comes in."""
        return AnySheetForm if self.foreign else WorkbookForm

    def page(self, request: HttpRequest, target: Any, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """The page with the form, and with the preview if there is one."""
        known = {"form": self.form(), "foreign": self.foreign, "came_in": came_in(""), **self.shown(target)}
        return render(request, self.template, {**known, **(context or {})}, status=status)

    def upload(self, request: HttpRequest, target: Any) -> HttpResponse:
        """Show cell by cell what an uploaded workbook would change; nothing is written yet."""
        if request.method != "POST":
            return self.page(request, target)
        if "kept" in request.POST:
            return self._again(request, target)
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            field = "workbook" if form.cleaned_data["workbook"] else "pasted"
            try:
                given = self._given(self._reader(request, target, {}), form.cleaned_data[field])
                if answer := self.later(request, target, given.content, given.name):
                    return answer
                return self._preview(request, target, given, {"form": form} if field == "pasted" else {})
            except Refused as refused:
                for refusal in refused.refusals:
                    form.add_error(field, refusal.text)
        return self.page(request, target, {"form": form}, status=UNPROCESSABLE)

    def received(
        self, request: HttpRequest, target: Any, hold: Callable[[], object], back: tuple[type[Refused], ...] = (Closed,)
    ) -> HttpResponse:
        """As ``upload`` while ``hold`` lets the person write; what is posted after it raises one of ``back`` comes back with the reason.

        ``NotAllowed`` is none of them unless it is named itself.
        """
        try:
            hold()
        except back as refused:
            is_raised = isinstance(refused, NotAllowed) and NotAllowed not in back
            if is_raised or request.method != "POST" or "kept" in request.POST:
                raise
            return self.refused(request, target, refused)
        return self.upload(request, target)

    def refused(self, request: HttpRequest, target: Any, refused: Refused) -> HttpResponse:
        """The page with what was chosen or pasted, and why it is not read."""
        form = self.form(request.POST, request.FILES)
        form.is_valid()
        add_refusals(form, refused)
        return self.page(request, target, {"form": form}, status=refused.status)

    def _preview(self, request: HttpRequest, target: Any, given: "IncomingBook", more: Mapping[str, Any]) -> HttpResponse:
        reader = self._reader(request, target, given.heads)
        if self.foreign:
            reader.answers = given.answers
        seen = self.read(reader, given)
        choices = reader.choices(seen) if self.foreign else NO_CHOICES
        source = {"sha256": given.digest, "name": given.name, "heads": given.heads, "answers": signable(given.answers)}
        if seen.earlier:
            source["earlier"] = seen.earlier
        token = self.signed(target, {**seen.work(), "source": source}) if seen.applicable else ""
        wrong = bool(seen.problems or seen.refused)
        context = {**self.preview_context(target, seen), **choices.context(), "token": token, "came_in": came_in(given.name), **more}
        if choices.is_any or seen.formulas:
            content = {"content": b64encode(given.content).decode(), "guessed": choices.read}
            context["kept"] = self.signed(target, {**content, "source": source}, "kept")
        return self.page(request, target, context, status=UNPROCESSABLE if wrong else 200)

    def read(self, reader: Any, given: "IncomingBook") -> Any:
        """Compare what came in with what is stored. Raises ``Refused``."""
        return reader.read(given.content)

    def _again(self, request: HttpRequest, target: Any) -> HttpResponse:
        """The preview with the columns that were chosen for heads, the answers to texts, or the results of formulas."""
        kept = self.work(request, target, "kept", "kept")
        source = kept["source"]
        before = {**self._remembered(request, target), **source["heads"]}
        heads = {**source["heads"], **newly_chosen(given_heads(request.POST), kept["guessed"], before)}
        content, results = b64decode(kept["content"]), "results" in request.POST
        answers = {**answers_of(source["answers"]), **given_answers(request.POST)}
        book = IncomingBook(with_results(content) if results else content, source["name"], source["sha256"], heads, answers)
        return self._preview(request, target, book, {"results": results})

    def _reader(self, request: HttpRequest, target: Any, heads: Mapping[str, str]) -> Any:
        reader = self.reader(target, viewer_of(request).today)
        if self.foreign:
            reader.choose({**self._remembered(request, target), **heads})
        return reader

    def memory(self, _target: Any) -> str:
        """The kind of import that the columns chosen for heads are kept for."""
        return self.kind

    def _remembered(self, request: HttpRequest, target: Any) -> Mapping[str, str]:
        if self.remembered is not None:
            return self.remembered(target)
        return remembered_heads(self.memory(target), self.bodies(viewer_of(request), target))

    @property
    def keeps_heads(self) -> bool:
        """Whether the columns that were chosen for heads are kept here, and not by the imports themselves."""
        return self.foreign and self.remembered is None

    def remember(self, request: HttpRequest, target: Any, work: Mapping[str, Any]) -> None:
        """Keep the columns that were chosen for heads of what was written, signed as ``work``."""
        remember_heads(self.memory(target), self.bodies(viewer_of(request), target), work["source"]["heads"])

    def _given(self, reader: Any, given: "UploadedFile[Any] | str") -> "IncomingBook":
        """What was uploaded or pasted. Raises ``Refused``."""
        if isinstance(given, str):
            return IncomingBook(pasted_workbook(given), NAME, hashlib.sha256(given.encode()).hexdigest(), {}, {}, pasted=True)
        content = taken_table(given, reader.head_words()) if self.foreign else taken_upload(given, titles=HEAD_ROW)
        given.seek(0)
        name = display_name(given.name or "") if self.named else ""
        return IncomingBook(content, name, hashlib.sha256(given.read()).hexdigest(), {}, {})

    def preview_context(self, _target: Any, seen: Any) -> dict[str, Any]:
        """Template context of a preview."""
        return {"seen": seen}

    # --- signed previews ---

    def _salt(self, what: str) -> str:
        return f"documents.workbooks.{self.kind}.{what}"

    def signed(self, target: Any, work: dict[str, Any], what: str = "work") -> str:
        """Sign the work on a target, to be sent back by the browser."""
        return signing.dumps({"target": self.key(target), **work}, salt=self._salt(what), compress=True)

    def work(self, request: HttpRequest, target: Any, what: str = "work", name: str = "token") -> dict[str, Any]:
        """Verify and return the signed work of a preview of this target. Raises ``Refused``."""
        try:
            work: dict[str, Any] = signing.loads(request.POST.get(name, ""), salt=self._salt(what), max_age=VALID_SECONDS)
        except signing.BadSignature as error:
            msg = "预览已失效，请重新上传"
            raise Refused(msg) from error
        if work["target"] != self.key(target):
            msg = f"预览是{self.another}的，请重新上传"
            raise Refused(msg)
        earlier = work.get("source", {}).get("earlier") if what == "work" else ""
        Refused.when(earlier and "earlier" not in request.POST, f"工作簿是{earlier}的，没有选“读入”，这次没有写入")
        return work


@dataclass(frozen=True)
class ListPage(ImportPage):
    """The import page of a list: accepted rows are written after confirmation, the others are returned with marks.

    ``book(target, rows)`` makes a workbook of returned rows.
    """

    book: Callable[[Any, Sequence[Returned]], bytes] = lambda _target, _rows: b""

    def preview_context(self, target: Any, seen: Preview) -> dict[str, Any]:
        """The preview, its first cells, and the returned rows, signed."""
        cells, others = first_cells([*seen.noted, *seen.changed])
        return {
            "preview": seen,
            "shown": cells,
            "others": others,
            "refused": seen.refused[:SHOWN],
            "copy": self.signed(target, seen.back(), "copy") if seen.returned else "",
        }

    def copy(self, request: HttpRequest, target: Any, name: str) -> HttpResponse:
        """Download the rows not accepted as a workbook, with marked cells and reasons."""
        work = self.work(request, target, "copy", "copy")
        return as_workbook(self.returned(target, [Returned(cells, dict(why)) for cells, why in work["rows"]], work), name)

    def returned(self, target: Any, rows: Sequence[Returned], _work: Mapping[str, Any]) -> bytes:
        """Workbook of returned rows."""
        return self.book(target, rows)

    def done(self, request: HttpRequest, target: Any, words: str, href: str) -> HttpResponse:
        """Report what was written: on the list's page, or, if rows were returned, on this page with their copy.

        The columns that were chosen for heads are kept.
        """
        if self.keeps_heads:
            self.remember(request, target, self.work(request, target))
        if not request.POST.get("copy"):
            messages.success(request, words)
            return HttpResponseRedirect(href)
        count = len(self.work(request, target, "copy", "copy")["rows"])
        return self.written(request, target, words, request.POST["copy"], count)

    def written(self, request: HttpRequest, target: Any, words: str, copy: str, left: int) -> HttpResponse:
        """The page that reports what was written and offers the copy of the returned rows."""
        return self.page(request, target, {"copy": copy, "written": words, "left": left})
