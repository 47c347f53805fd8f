"""The page that imports a workbook of fixed rows, or a range copied from one: the rows are compared with what is sealed in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from greendistrict.core.errors import Stale
from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.comparison import Comparison, given_of, read_sealed
from greendistrict.documents.workbooks.pages import CONFLICT, IncomingBook, ListPage, came_in
from greendistrict.documents.workbooks.sealed import Sealed, sealed_copy
from greendistrict.documents.workbooks.sealed_pasted import read_pasted


@dataclass(frozen=True, kw_only=True)
class SealedPage(ListPage):
    """The import page of a workbook of fixed rows, ``table(target)``; the person decides about cells that others changed meanwhile."""

    table: Callable[[Any], Sealed]
    foreign: ClassVar[bool] = False  # its rows are compared with the content that is sealed in it

    def read(self, reader: "_SealedReader", given: IncomingBook) -> Comparison:
        """Compare what came in with the stored rows; copied cells as if their workbook had been exported now. Raises ``Refused``."""
        return (read_pasted if given.pasted else read_sealed)(reader.sealed, given.content)

    def came_in(self, request: HttpRequest, target: Any) -> str:
        """What the previewed changes came in, in a word."""
        return came_in(self.work(request, target)["source"]["name"])

    def returned(self, target: Any, rows: Sequence[Returned], work: Mapping[str, Any]) -> bytes:
        """Workbook of returned rows with the marks of the original export."""
        return sealed_copy(self.table(target), rows, work["kept"])

    def write(self, request: HttpRequest, target: Any, written: Callable[..., int]) -> int | HttpResponse:
        """Write the previewed changes and choices, and return their number; on concurrent changes show the comparison again.

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
            kept["came_in"] = came_in(work["source"]["name"])
            return self.page(request, target, {**self.preview_context(target, stale.current), **kept}, status=CONFLICT)


@dataclass(frozen=True)
class _SealedReader:
    sealed: Sealed


def sealed_page(
    kind: str, another: str, template: str, table: Callable[[Any], Sealed], shown: Callable[[Any], dict[str, Any]], **more: Any
) -> SealedPage:
    """Create the import page of a workbook of fixed rows."""
    return SealedPage(kind, another, template, lambda target, _today: _SealedReader(table(target)), shown, table=table, **more)
