"""A workbook brought back: seen cell by cell before anything is written, then written all or nothing as it was seen."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.workbook import compare
from assessments.workbook.read import Book
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.inspection import display_name
from greendistrict.documents.workbooks.forms import WorkbookForm
from greendistrict.documents.workbooks.packages import taken_upload

VALID_SECONDS = 24 * 3600
UNPROCESSABLE, CONFLICT = 422, 409
Written = Callable[..., int]


@dataclass(frozen=True)
class Preview:
    """The preview of one kind of workbook.

    ``look(target, content)`` reads a book and compares it with what is stored; it raises ``Refused``. ``shown(target)`` is what the
    template shows of the target. A preview is signed for its ``kind`` and target; ``another`` says that it is that of another one.
    The file's name is kept with the source only where it is ``named``: an expert's may tell who it is.
    """

    kind: str
    another: str
    template: str
    look: Callable[[Any, bytes], tuple[Book, Any]]
    shown: Callable[[Any], dict[str, Any]]
    named: bool = True

    def page(
        self, request: HttpRequest, target: Any, form: WorkbookForm, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """The page with the form and, where there is one, the preview."""
        return render(request, self.template, {**self.shown(target), "form": form, **(context or {})}, status=status)

    def upload(self, request: HttpRequest, target: Any) -> HttpResponse:
        """Show cell by cell what an uploaded book would change; nothing is written yet."""
        if request.method != "POST":
            return self.page(request, target, WorkbookForm())
        form = WorkbookForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, target, form, status=UNPROCESSABLE)
        upload = form.cleaned_data["workbook"]
        try:
            content = taken_upload(upload)
            book, found = self.look(target, content)
        except Refused as refused:
            form.add_error("workbook", str(refused))
            return self.page(request, target, form, status=UNPROCESSABLE)
        found.refused[:0] = book.refused
        source = {"sha256": hashlib.sha256(content).hexdigest()} | ({"name": display_name(upload.name or "")} if self.named else {})
        token = ""
        if found.applicable and not book.problems:
            work = {self.kind: target.pk, "cells": compare.dump(book.taken), "source": source}
            token = signing.dumps(work, salt=self.salt, compress=True)
        context = {"found": found, "book": book, "token": token, "unchanged": found.same + book.same}
        wrong = bool(book.problems or found.refused)
        return self.page(request, target, WorkbookForm(), context, status=UNPROCESSABLE if wrong else 200)

    def write(self, request: HttpRequest, target: Any, written: Written) -> int | HttpResponse:
        """Write what was previewed and chosen and say how much; what changed meanwhile is shown again with the choices made.

        ``written(taken=, choices=, seen=, source=)`` raises ``Stale`` with a new comparison. Raises ``Refused`` for an old preview.
        """
        token = request.POST.get("token", "")
        work = self._work(target, token)
        cells = compare.load(work["cells"])
        choices = {one.address: request.POST.get(f"cell-{one.address}", "") for one in cells}
        try:
            return written(taken=cells, choices=choices, seen=request.POST.get("seen", ""), source=work["source"])
        except Stale as stale:
            found = stale.current
            if not hasattr(found, "same"):
                raise
            context = {"found": found, "book": Book(), "token": token, "unchanged": found.same, "errors": [str(stale)]}
            return self.page(request, target, WorkbookForm(), context, status=CONFLICT)

    @property
    def salt(self) -> str:
        """What a signature of this kind of preview is good for."""
        return f"assessments.import.{self.kind}"

    def _work(self, target: Any, token: str) -> dict[str, Any]:
        """The signed work of a preview of this target. Raises ``Refused``."""
        try:
            work: dict[str, Any] = signing.loads(token, salt=self.salt, max_age=VALID_SECONDS)
        except signing.BadSignature as error:
            msg = "预览已失效，请重新上传"
            raise Refused(msg) from error
        if work[self.kind] != target.pk:
            msg = f"预览是{self.another}的，请重新上传"
            raise Refused(msg)
        return work
