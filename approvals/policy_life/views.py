"""Documents about the policy: list with the form, and the second person's check."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.policy_life.models import PolicyDocument
from approvals.policy_life.selectors import policy_documents_visible_to
from approvals.policy_life.services import may_register, register_document
from approvals.titles.columns import TITLE
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import StateColumn
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.forms import EvidenceField
from greendistrict.policy.in_force import policies
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page

DOCUMENT = Columns.of(
    PolicyDocument,
    "policy",
    "kind",
    "title",
    "number",
    "issued_on",
    "on",
    "until",
    "finishing",
    "changes",
    changes=TextColumn(rows=6, most=4000),
)  # fmt: skip
LIST = ListTable(
    Columns(
        PolicyDocument,
        **DOCUMENT.part("title", "number", "policy", "kind", "issued_on", "on", "until", "changes"),
        standing=StateColumn(label=TITLE["state"].label),
    ),
    "title+number", "kind+policy", "issued_on", "on", "until", "changes", "standing", caption="政策文件",
)  # fmt: skip
METHODS = ["GET", "HEAD", "POST"]


@with_columns(DOCUMENT)
class PolicyDocumentForm(ColumnsForm):
    """A document about a policy."""

    document = EvidenceField(label=str(PolicyDocument._meta.get_field("document").verbose_name))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of a form
        known = [(one.code, f"《{one.title}》（{one.code}）") for one in policies()]
        self.fields["policy"] = forms.ChoiceField(label=DOCUMENT["policy"].label, choices=known)
        self.order_fields((*DOCUMENT, "document"))


@require_http_methods(METHODS)
def policy_documents(request: HttpRequest) -> HttpResponse:
    """Registered documents for the city, with the form for who registers them."""
    viewer = viewer_of(request)
    if not viewer.held.is_city:
        raise Http404
    form = PolicyDocumentForm(request.POST or None, request.FILES or None) if may_register(viewer.held) else None
    if request.method == "POST":
        NotAllowed.unless(form is not None, "政策文件由市级经办或者法制登记")
        if form is not None and form.is_valid():
            values = dict(form.cleaned_data)
            with RefusalsIn(form):
                made = register_document(document=values.pop("document"), values=values, by=viewer.user)
                return redirect_saying(request, f"已登记：{made}。市级另一人核对后生效", "approvals:policy_documents")
    rows = policy_documents_visible_to(viewer).filter(returned_at__isnull=True).select_related("document", "entered_by", "checked_by")
    found = list(rows)
    context = {
        "shown": LIST.html(LIST.rows_of(found), viewer.today, None) if found else None,
        "to_check": [row for row in found if may_check(viewer.held, row)],
        "texts": [row for row in found if row.document],
        "form": form,
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "approvals/policy_life/documents.html", context, status=status)


@require_http_methods(METHODS)
def policy_document_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a document that somebody else registered."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def policy_document_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a document back that somebody else registered."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = PolicyDocument.objects.waiting().select_related("document", "entered_by")
    back = reverse("approvals:policy_documents")
    return check_page(request, rows, pk, "approvals/policy_life/document_check.html", back=back, returning=returning)
