"""API writes of score tables: cells of clauses, and evidence files."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
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
from greendistrict.core.errors import Refusal
from greendistrict.documents.blobs import digest_of
from greendistrict.documents.upload_levels import choose
from portal.api import bodies, filters, rows
from portal.api.auth import DigestTokenAuthentication, writer
from portal.api.meter_readings import ONCE
from portal.api.views import Row, described
from portal.api.writes import OneRow, ToldRows, Untaken, hold_valid, read_body, row_schema, written
from portal.tokens.models import WriteScope


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
