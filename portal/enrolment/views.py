"""Pages of bulk import: the system keeper imports organisations and accounts, the security keeper posts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.book import Book
from greendistrict.documents.workbooks.pages import ListPage
from greendistrict.documents.workbooks.reader import Reader
from portal.enrolment import readers
from portal.enrolment.readers import AccountReader, BodyReader, PostReader
from portal.enrolment.services import enrol


class Kind(NamedTuple):
    """One kind of workbook: role of its keeper, reader, export, and the list page to return to."""

    role: str
    book: Book
    reader: type[Reader[User, Any]]
    out: Callable[..., bytes]
    rows: Callable[[], Any]
    listed: str


def _posts() -> Any:
    return Post.objects.filter(not_over()).select_related("user", "organisation").order_by("user__username", "pk")


def _bodies() -> Any:
    return Organisation.objects.select_related("parent").order_by("kind", "name_pinyin")


def _accounts() -> Any:
    return User.objects.order_by("username")


KINDS = {
    "bodies": Kind(Role.SYSTEM_KEEPER, readers.BODIES, BodyReader, readers.body_book, _bodies, "accounts:organisation_list"),
    "accounts": Kind(Role.SYSTEM_KEEPER, readers.ACCOUNTS, AccountReader, readers.account_book, _accounts, "accounts:user_list"),
    "posts": Kind(Role.SECURITY_KEEPER, readers.POSTS, PostReader, readers.post_book, _posts, "accounts:user_list"),
}


def _kind(request: HttpRequest, what: str) -> Kind:
    """Kind of workbook, if the person is its keeper. Raises ``Http404`` otherwise."""
    kind = KINDS.get(what)
    if kind is None or not viewer_of(request).held.has(kind.role):
        raise Http404
    return kind


def _page(what: str) -> ListPage:
    kind = KINDS[what]
    hrefs = {step: reverse(f"portal:enrolment_{step}", args=[what]) for step in ("import", "apply", "template", "export")}
    shown = {"book": kind.book, "hrefs": {**hrefs, "list": reverse(kind.listed)}}
    return ListPage(
        f"enrolment.{what}", "另一个工作簿", "portal/enrolment/enrolment.html",
        kind.reader, lambda _user: shown,
        book=lambda _user, rows: kind.out((), rows),
    )  # fmt: skip


@require_safe
def enrolment_template(request: HttpRequest, what: str) -> HttpResponse:
    """Download the empty workbook."""
    kind = _kind(request, what)
    return as_workbook(kind.out(), f"{kind.book.noun}模板.xlsx")


@require_safe
def enrolment_export(request: HttpRequest, what: str) -> HttpResponse:
    """Download the stored rows in the same form; the export is recorded."""
    kind = _kind(request, what)
    rows = list(kind.rows())
    audit.record(action="accounts.export_enrolment", by=signed_in(request), data={"what": what, "rows": len(rows)})
    return as_workbook(kind.out(rows), f"{kind.book.noun}-{viewer_of(request).today:%Y%m%d}.xlsx")


def enrolment_import(request: HttpRequest, what: str) -> HttpResponse:
    """Upload a workbook and show what each row would change; nothing is written yet."""
    _kind(request, what)
    return _page(what).upload(request, signed_in(request))


@require_POST
def enrolment_apply(request: HttpRequest, what: str) -> HttpResponse:
    """Write the previewed rows, all or none, or download the rows with objections."""
    kind, page, user = _kind(request, what), _page(what), signed_in(request)
    if "returned" in request.POST:
        return page.copy(request, user, f"{kind.book.noun}（退回）-{viewer_of(request).today:%Y%m%d}.xlsx")
    kept = page.work(request, user)
    done = enrol(what=what, works=kept["works"], file_name=kept["source"]["name"], by=user)
    words = f"已导入：新增{done['added']}{kind.book.unit}，修改{done['changed']}{kind.book.unit}"
    return page.done(request, user, words, reverse(kind.listed))
