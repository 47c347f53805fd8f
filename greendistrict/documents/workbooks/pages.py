"""The page on which a workbook comes back: upload, preview, writing what was seen, the copy of what was not taken."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.inspection import display_name
from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.comparison import Comparison, given_of, read_sealed
from greendistrict.documents.workbooks.forms import WorkbookForm
from greendistrict.documents.workbooks.packages import taken_upload
from greendistrict.documents.workbooks.reader import Preview
from greendistrict.documents.workbooks.sealed import Sealed, sealed_copy

VALID_SECONDS = 24 * 3600
UNPROCESSABLE, CONFLICT = 422, 409
SHOWN = 300


@dataclass(frozen=True)
class ImportPage:
    """The page of one kind of workbook.

    ``look(target, content)`` reads a book and compares it with what is stored; it raises ``Refused``. ``shown(target)`` is what the
    template shows of the target, ``key(target)`` identifies it: a preview is signed for its ``kind`` and target,
    ``another`` are the words for that of another one. The file's name is kept only where ``named``: it may identify an expert.
    ``later(request, target, content, name)`` takes what is too large for a request and answers for it, or leaves it with None.
    """

    kind: str
    another: str
    template: str
    look: Callable[[Any, bytes], Any]
    shown: Callable[[Any], dict[str, Any]]
    key: Callable[[Any], Any] = lambda target: target.pk
    named: bool = True
    later: Callable[[HttpRequest, Any, bytes, str], HttpResponse | None] = lambda _request, _target, _content, _name: None

    def page(self, request: HttpRequest, target: Any, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """The page with the form and, where there is one, the preview."""
        return render(request, self.template, {"form": WorkbookForm(), **self.shown(target), **(context or {})}, status=status)

    def upload(self, request: HttpRequest, target: Any) -> HttpResponse:
        """Show cell by cell what an uploaded book would change; nothing is written yet."""
        if request.method != "POST":
            return self.page(request, target)
        form = WorkbookForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["workbook"]
            name = display_name(upload.name or "") if self.named else ""
            try:
                content = taken_upload(upload)
                if answer := self.later(request, target, content, name):
                    return answer
                seen = self.look(target, content)
            except Refused as refused:
                for refusal in refused.refusals:
                    form.add_error("workbook", refusal.text)
            else:
                source = {"sha256": hashlib.sha256(content).hexdigest(), "name": name}
                return self._preview(request, target, seen, source)
        return self.page(request, target, {"form": form}, status=UNPROCESSABLE)

    def _preview(self, request: HttpRequest, target: Any, seen: Any, source: dict[str, str]) -> HttpResponse:
        token = self.signed(target, {**seen.work(), "source": source}) if seen.applicable else ""
        wrong = bool(seen.problems or seen.refused)
        context = {**self.preview_context(target, seen), "token": token}
        return self.page(request, target, context, status=UNPROCESSABLE if wrong else 200)

    def preview_context(self, _target: Any, seen: Any) -> dict[str, Any]:
        """What the template shows of a preview."""
        return {"seen": seen}

    # --- what was seen, signed ---

    def _salt(self, what: str) -> str:
        return f"documents.workbooks.{self.kind}.{what}"

    def signed(self, target: Any, work: dict[str, Any], what: str = "work") -> str:
        """Work on a target in a form that can be sent along."""
        return signing.dumps({"target": self.key(target), **work}, salt=self._salt(what), compress=True)

    def work(self, request: HttpRequest, target: Any, what: str = "work", name: str = "token") -> dict[str, Any]:
        """The signed work of a preview of this target. Raises ``Refused``."""
        try:
            work: dict[str, Any] = signing.loads(request.POST.get(name, ""), salt=self._salt(what), max_age=VALID_SECONDS)
        except signing.BadSignature as error:
            msg = "预览已失效，请重新上传"
            raise Refused(msg) from error
        if work["target"] != self.key(target):
            msg = f"预览是{self.another}的，请重新上传"
            raise Refused(msg)
        return work


@dataclass(frozen=True)
class ListPage(ImportPage):
    """The page of a list's workbook: rows that can be taken are written if the person says so, the others come back marked.

    ``book(target, rows)`` makes a workbook of rows that come back.
    """

    book: Callable[[Any, Sequence[Returned]], bytes] = lambda _target, _rows: b""

    def preview_context(self, target: Any, seen: Preview) -> dict[str, Any]:
        """The preview, its first cells, and the rows that come back, signed."""
        return {
            "preview": seen,
            "shown": [*seen.noted, *seen.changed][:SHOWN],
            "refused": seen.refused[:SHOWN],
            "copy": self.signed(target, seen.back(), "copy") if seen.returned else "",
        }

    def copy(self, request: HttpRequest, target: Any, name: str) -> HttpResponse:
        """The rows that were not taken as a workbook, their cells marked, with the reasons."""
        work = self.work(request, target, "copy", "copy")
        return as_workbook(self.returned(target, [Returned(cells, dict(why)) for cells, why in work["rows"]], work), name)

    def returned(self, target: Any, rows: Sequence[Returned], _work: Mapping[str, Any]) -> bytes:
        """Workbook of rows that come back."""
        return self.book(target, rows)

    def done(self, request: HttpRequest, target: Any, words: str, href: str) -> HttpResponse:
        """Say what was written: on the list, or with the copy to keep where rows came back."""
        if not request.POST.get("copy"):
            messages.success(request, words)
            return HttpResponseRedirect(href)
        count = len(self.work(request, target, "copy", "copy")["rows"])
        return self.written(request, target, words, request.POST["copy"], count)

    def written(self, request: HttpRequest, target: Any, words: str, copy: str, left: int) -> HttpResponse:
        """The page that says what was written, with the copy of the rows that are left."""
        return self.page(request, target, {"copy": copy, "written": words, "left": left})


@dataclass(frozen=True, kw_only=True)
class SealedPage(ListPage):
    """The page of a workbook of fixed rows, ``table(target)``: cells that somebody changed meanwhile are decided by the person."""

    table: Callable[[Any], Sealed]

    def returned(self, target: Any, rows: Sequence[Returned], work: Mapping[str, Any]) -> bytes:
        """Rows that come back, with the marks of the export that they came from."""
        return sealed_copy(self.table(target), rows, work["kept"])

    def write(self, request: HttpRequest, target: Any, written: Callable[..., int]) -> int | HttpResponse:
        """Write what was previewed and chosen and say how much; what changed meanwhile is shown again with the choices made.

        ``written(given=, choices=, stamp=, source=)`` raises ``Stale`` with a new comparison. Raises ``Refused`` for an old preview.
        """
        work = self.work(request, target)
        given = given_of(work)
        choices = {one.address: request.POST.get(f"cell-{one.address}", "") for one in given}
        try:
            return written(given=given, choices=choices, stamp=request.POST.get("stamp", ""), source=work["source"])
        except Stale as stale:
            if not isinstance(stale.current, Comparison):
                raise
            kept = {"token": request.POST["token"], "copy": request.POST.get("copy", ""), "errors": [str(stale)]}
            return self.page(request, target, {**self.preview_context(target, stale.current), **kept}, status=CONFLICT)


def sealed_page(
    kind: str, another: str, template: str, table: Callable[[Any], Sealed], shown: Callable[[Any], dict[str, Any]], **more: Any
) -> SealedPage:
    """The page of a workbook of fixed rows."""
    return SealedPage(kind, another, template, lambda target, content: read_sealed(table(target), content), shown, table=table, **more)
