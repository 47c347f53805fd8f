"""API writes through the forms and services of the pages, limited by token scopes and made once per ``Idempotency-Key``.

A change names the version that was read. Errors of the form or the service are returned in the same words.
Lists of a district come first, then cells and evidence of score tables.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.evidence.forms import UploadForm
from assessments.evidence.selectors import other_clauses
from assessments.evidence.services import add_upload, prove_also
from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from assessments.tables.services.rows import FIELDS
from assessments.tables.views import filled_table
from districts.file.selectors.visibility import district_seen
from districts.file.services import STALE
from districts.lists.forms import BY_STEPS, KeyProjectForm, ListRowForm, PlotForm, WorkForm
from districts.lists.services import save
from districts.plausibility.services import EXPLANATION
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refusal, Refused, Stale
from greendistrict.documents.blobs import digest_of
from greendistrict.documents.upload_levels import choose
from portal.api import bodies, filters, rows
from portal.api.auth import TOKEN_SHOWN, DigestTokenAuthentication, reader, writer
from portal.api.meter_readings import ONCE, once
from portal.api.shapes import SentShape, Shape
from portal.api.views import DISTRICT_NAMES, Row, RowList, described
from portal.tokens.models import WriteScope

Listed = Plot | KeyProject | Work


class Untaken(Refused):
    """The write was refused; each reason at its field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def written(request: Request, viewer: Viewer, body: Mapping[str, Any], act: Callable[[], tuple[Any, Row]], status: int = 200) -> Response:
    """Write once and audit; ``act`` returns the written object and the response."""

    def effect() -> Response:
        try:
            obj, told = act()
        except Refused as refused:
            if type(refused) is Refused and any(refusal.field for refusal in refused.refusals):
                raise Untaken(refused.refusals) from refused
            raise
        data = {"path": request.path[:200], "method": request.method, "token": str(request.auth.pk)[:TOKEN_SHOWN]}
        audit.record(action="api.write", by=viewer.user, obj=obj, data=data)
        return Response(told, status=status)

    return once(request, body, effect)


def read_body(view: GenericAPIView[Any], request: Request, shape: type[SentShape]) -> dict[str, Any]:
    """The parsed request body. Raises ``ValidationError`` naming each unknown and each invalid field."""
    filters.refuse_unknown(request, ())
    body = shape(data=request.data, context=view.get_serializer_context())
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found


class ToldRows(RowList):
    """Views that return one row in the same form as its list."""

    serializer_class = Shape  # each list has its own

    def told(self, viewer: Viewer, pk: int) -> Row:
        """The row in the form of its list. Raises ``Http404``."""
        return self.named(get_object_or_404(self.rows_for(viewer), pk=pk))


class OneRow(ToldRows):
    """Views of one row."""

    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]  # of one row
        """The row, if the person sees it."""
        filters.refuse_unknown(request, ())
        return Response(self.told(reader(request), pk))


class ListedRows(ToldRows):
    """Views of rows of a district, written by the form of their page."""

    scope: ClassVar[WriteScope]
    form: ClassVar[type[ListRowForm]]
    creating: ClassVar[type[SentShape]]
    changing: ClassVar[type[SentShape]]


class NewRows(ListedRows):
    """Their list, which takes new ones."""

    def post(self, request: Request) -> Response:
        """Create a row in the district named by the body."""
        viewer = writer(request, self.scope)
        body = read_body(self, request, self.creating)
        district = district_seen(viewer, body["district"])
        sent = {name: value for name, value in body.items() if name != "district"}

        def act() -> tuple[Any, Row]:
            made = save(
                self.model, district=district, values=typed(self.form, sent, None), by=viewer.user, explanation=sent.get(EXPLANATION, "")
            )
            return made, self.told(viewer, made.pk)

        return written(request, viewer, body, act, HTTPStatus.CREATED)


class OneListed(OneRow, ListedRows):
    """One of them, which may be changed."""

    def patch(self, request: Request, pk: int) -> Response:
        """Change the fields named by the body, if the row still has the version that was read."""
        viewer = writer(request, self.scope)
        body = read_body(self, request, self.changing)
        get_object_or_404(self.rows_for(viewer), pk=pk)
        sent = {name: value for name, value in body.items() if name != "version"}

        def act() -> tuple[Any, Row]:
            row = get_object_or_404(self.model.objects.select_related("district"), pk=pk)
            if row.version != body["version"]:
                raise Stale(STALE, current=row)
            kept = save(
                self.model,
                district=row.district,
                values=typed(self.form, sent, row),
                by=viewer.user,
                row=row,
                version=body["version"],
                explanation=sent.get(EXPLANATION, ""),
            )
            return kept, self.told(viewer, pk)

        return written(request, viewer, body, act)


def typed(form_class: type[ListRowForm], sent: Mapping[str, Any], row: Listed | None) -> dict[str, Any]:
    """Arguments for the service, parsed by the page's form from stored and sent values. Raises ``Untaken``."""
    blank = form_class(row=row)
    stored = {name: as_typed(blank.get_initial_for_field(field, name)) for name, field in blank.fields.items()}
    if steps := [name for name in sent if name in BY_STEPS and name not in blank.fields]:
        raise Untaken([Refusal("管控已启动，按步骤登记，不能直接填写", field=name) for name in steps])
    form = form_class(stored | {name: as_typed(value) for name, value in sent.items()}, row=row)
    hold_valid(form)
    return form.values()


def hold_valid(form: forms.Form) -> None:
    """Raise ``Untaken`` with every error of the form at its field."""
    if not form.is_valid():
        errors = [(name.replace(NON_FIELD_ERRORS, ""), str(words)) for name, texts in form.errors.items() for words in texts]
        raise Untaken([Refusal(words, field=name) for name, words in errors])


def as_typed(value: Any) -> str:
    """A value as text for a form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "、".join(value)
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def list_schema(name: str, words: str, one: type[Shape], creating: type[SentShape], act: str = "新增") -> Any:
    """Schema decorator of a list that takes new rows."""
    post = extend_schema(operation_id=f"create_{name}", summary=f"{act}{words}", request=creating, responses={201: one}, parameters=[ONCE])
    return lambda view: extend_schema_view(post=post)(described(f"{name}s", words, one)(view))


def row_schema(name: str, shown: str, changed: str, one: type[Shape], changing: type[SentShape], *, act: str = "change") -> Any:
    """Schema decorator of one row that may be changed, with what is said of reading and of changing it."""
    get = extend_schema(operation_id=name, summary=shown, responses=one)
    patch = extend_schema(operation_id=f"{act}_{name}", summary=changed, request=changing, responses=one, parameters=[ONCE])
    return extend_schema_view(get=get, patch=patch)


class PlotRows(ListedRows):
    """Base of the list and the detail view of plots."""

    model = Plot
    scope, form = WriteScope.PLOTS, PlotForm
    creating, changing = bodies.PlotCreateSerializer, bodies.PlotChangeSerializer
    serializer_class = bodies.PlotSerializer
    filterset_class = filters.PlotApiFilter
    ordering_fields = ("number", "area_ha", "acquired_on", "built_on")
    ordering = ("district", "number")
    renamed: ClassVar = DISTRICT_NAMES
    rows_for = staticmethod(rows.plots)


class ProjectRows(ListedRows):
    """Base of the list and the detail view of key projects."""

    model = KeyProject
    scope, form = WriteScope.PROJECTS, KeyProjectForm
    creating, changing = bodies.ProjectCreateSerializer, bodies.ProjectChangeSerializer
    serializer_class = bodies.ProjectSerializer
    filterset_class = filters.ProjectApiFilter
    ordering_fields = ("name", "planned_start", "planned_finish", "investment")
    ordering = ("district", "name")
    renamed: ClassVar = {**DISTRICT_NAMES, "plot_numbers": "plots"}
    rows_for = staticmethod(rows.projects)


class WorkRows(ListedRows):
    """Base of the list and the detail view of municipal works."""

    model = Work
    scope, form = WriteScope.WORKS, WorkForm
    creating, changing = bodies.WorkCreateSerializer, bodies.WorkChangeSerializer
    serializer_class = bodies.WorkSerializer
    filterset_class = filters.WorkApiFilter
    ordering_fields = ("name", "planned_start", "planned_finish", "started_on", "built_on")
    ordering = ("district", "name")
    renamed: ClassVar = DISTRICT_NAMES
    rows_for = staticmethod(rows.works)


@list_schema("plot", "地块", bodies.PlotSerializer, bodies.PlotCreateSerializer)
class Plots(NewRows, PlotRows):
    """Visible plots; create a plot."""


@row_schema("plot", "一个地块", "修改地块", bodies.PlotSerializer, bodies.PlotChangeSerializer)
class OnePlot(OneListed, PlotRows):
    """One plot."""


@list_schema("project", "近期重点项目", bodies.ProjectSerializer, bodies.ProjectCreateSerializer)
class Projects(NewRows, ProjectRows):
    """Visible key projects; create a key project."""


@row_schema("project", "一个近期重点项目", "修改近期重点项目", bodies.ProjectSerializer, bodies.ProjectChangeSerializer)
class OneProject(OneListed, ProjectRows):
    """One key project."""


@list_schema("work", "市政设施", bodies.WorkSerializer, bodies.WorkCreateSerializer)
class Works(NewRows, WorkRows):
    """Visible municipal works; create a municipal work."""


@row_schema("work", "一个市政设施", "修改市政设施", bodies.WorkSerializer, bodies.WorkChangeSerializer)
class OneWork(OneListed, WorkRows):
    """One municipal work."""


class ScoreRows(ToldRows):
    """Base of the list and the detail view of clauses."""

    model = ScoreRow
    serializer_class = bodies.ScoreRowSerializer
    filterset_class = filters.ScoreRowApiFilter
    ordering_fields = ("table", "order")
    ordering = ("-table", "order")
    renamed: ClassVar = {
        "item_id": "item",
        "table__district__code": "district",
        "table__year": "year",
        "table__purpose": "purpose",
    }
    rows_for = staticmethod(rows.score_rows)


@described("score_rows", "评分表的条文", bodies.ScoreRowSerializer)
class AllScoreRows(ScoreRows):
    """Clauses of score tables that the person edits."""


@row_schema("score_row", "评分表的一个条文", "填写评分表的一个条文", bodies.ScoreRowSerializer, bodies.ScoreChangeSerializer)
class OneScoreRow(OneRow, ScoreRows):
    """One clause of a score table."""

    def patch(self, request: Request, pk: int) -> Response:
        """Save the named cells, all or none; other people's changes to other cells are not a conflict."""
        viewer = writer(request, WriteScope.SCORES)
        body = read_body(self, request, bodies.ScoreChangeSerializer)
        row = get_object_or_404(ScoreRow, pk=self.told(viewer, pk)["id"])
        table = filled_table(viewer, row.table_id)
        named = [name for name in FIELDS if name in body]
        # A declaration excludes a value, so emptied cells are saved first.
        named.sort(key=lambda name: body[name] not in (None, ""))

        def act() -> tuple[Any, Row]:
            if not named:
                raise Untaken([Refusal("没有要保存的内容")])
            version = body["version"]
            for name in named:
                saved = save_cell(table=table, item_id=row.item_id, field=name, value=body[name], version=version, token="", by=viewer.user)
                version = saved.version
            return table, self.told(viewer, pk)

        return written(request, viewer, body, act)


class EvidenceFiles(GenericAPIView[Any]):
    """POST a file for a clause."""

    authentication_classes = (DigestTokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)
    serializer_class = bodies.EvidenceBodySerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="upload_evidence",
        summary="上传条文的佐证材料",
        request={"multipart/form-data": bodies.EvidenceBodySerializer},
        responses={201: bodies.EvidenceSerializer},
        parameters=[ONCE],
    )
    def post(self, request: Request) -> Response:
        """Store a file and attach it to the clause, and to further clauses if named: all or none."""
        viewer = writer(request, WriteScope.EVIDENCE)
        body = read_body(self, request, bodies.EvidenceBodySerializer)
        upload = body.pop("upload")
        found = get_object_or_404(rows.score_rows(viewer), pk=body["row"])
        table = filled_table(viewer, found["table"])
        row = get_object_or_404(ScoreRow.objects.select_related("table__district", "table__edition"), pk=body["row"])
        clauses = other_clauses(row)
        also = list(filter(None, (one.strip() for one in body.get("also", "").replace("，", ",").split(","))))
        form = UploadForm({**body, "also": also}, {"upload": upload}, clauses=clauses)
        sent = {**body, "upload": digest_of(upload), "name": upload.name}

        def act() -> tuple[Any, Row]:
            hold_valid(form)
            data = form.cleaned_data
            choose(upload, data["confidentiality"])
            place = {name: data[name] for name in ("page", "page_end", "passage", "valid_from", "valid_to")}
            link = add_upload(row=row, upload=upload, title=data["title"], by=viewer.user, **place)
            done = prove_also(link=link, items=data["also"], by=viewer.user)
            document = link.document
            return table, {
                "id": link.pk, "row": row.pk, "item": row.item_id, "title": document.title, "sha256": document.sha256,
                "confidentiality": document.confidentiality, "also": done,
            }  # fmt: skip

        return written(request, viewer, sent, act, HTTPStatus.CREATED)
