"""Read-only lists of the API: authenticated, scoped, filtered, ordered, paged; rows are plain mappings."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import DateTimeField, DecimalField, Serializer

from approvals.titles.models.publicity import Announcement, Title
from assessments.self_checks.models import SelfCheck
from districts.common.certainty import certainty_of, is_unknown
from districts.common.enums import Certainty
from districts.file.columns import DISTRICT_TOLD
from districts.file.models.district import District
from districts.file.selectors.lists import AREA
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.problems import KINDS
from indicators.editions.models import Edition
from obligations.as_data import told
from obligations.selectors import sees_all
from portal.api import description, filters, rows, serializers
from portal.api.auth import DigestTokenAuthentication, PageSessionAuthentication, reader
from portal.api.paging import Paging
from portal.frame.context import frame_for
from reports.archive.models import ArchiveVolume

CLIENT = Path(__file__).with_name("client.py")
AUTHENTICATION = (DigestTokenAuthentication, PageSessionAuthentication)
Row = dict[str, Any]
# Facts of a district whose certainty is stored: API name → name there.
FACTS = {"areas": "所在区", "area_km2": "面积", "key_areas": "重点区域"}


class RowList(GenericAPIView[Any]):
    """Base view of a list: ``rows_for`` returns a ``values()`` queryset for a person, ``renamed`` maps its keys to API names."""

    authentication_classes = AUTHENTICATION
    permission_classes = (IsAuthenticated,)
    pagination_class = Paging
    filter_backends = (filters.AskedFilters, filters.StableOrdering)
    model: ClassVar[Any]
    filterset_class: ClassVar[Any]
    ordering_fields: ClassVar[Sequence[str]]
    renamed: ClassVar[Mapping[str, str]] = {}
    order_as: ClassVar[Mapping[str, Any]] = {}
    moments: ClassVar[Sequence[str]] = ()
    decimals: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls) -> None:
        """Find date-time and decimal fields in the row serializer."""
        super().__init_subclass__()
        shape: Any = cls.serializer_class
        fields = shape().get_fields().items()
        cls.moments = [name for name, field in fields if isinstance(field, DateTimeField)]
        cls.decimals = [name for name, field in fields if isinstance(field, DecimalField)]

    def get_queryset(self) -> QuerySet[Any, Any]:
        """Rows visible to the person; empty while the schema is generated."""
        request = getattr(self, "request", None)
        if request is None or not isinstance(request.user, User):
            empty: QuerySet[Any, Any] = self.model._default_manager.none()
            return empty
        return self.rows_for(reader(request))

    @staticmethod
    @abstractmethod
    def rows_for(viewer: Viewer) -> QuerySet[Any, Any]:
        """Rows visible to a person; defined by each list."""

    def get(self, request: Request) -> Response:
        """One page of rows. Raises ``ValidationError`` for unknown or invalid parameters."""
        filters.check_parameters(request, self.filterset_class.base_filters, self.ordering_fields)
        page: list[Row] = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        names = [self.renamed.get(name, name) for name in (page[0] if page else ())]
        return self.get_paginated_response([self.shape(dict(zip(names, row.values(), strict=True))) for row in page])

    def named(self, row: Row) -> Row:
        """A row of ``rows_for`` in API form."""
        return self.shape({self.renamed.get(name, name): value for name, value in row.items()})

    def shape(self, row: Row) -> Row:
        """A row with API names; times with Beijing offset, decimal numbers as text."""
        for name in self.moments:
            row[name] = row[name] and timezone.localtime(row[name])
        for name in self.decimals:
            row[name] = None if row[name] is None else str(row[name])
        return row


def described(name: str, words: str, shape: type[Serializer[Any]]) -> Callable[[type[RowList]], type[RowList]]:
    """Schema decorator with name, description and row serializer of a list."""
    return extend_schema_view(get=extend_schema(operation_id=name, summary=words, responses=shape(many=True)))


DISTRICT_NAMES = {"district__code": "district", "district__name": "district_name", "district__is_demo": "is_demo"}


def _star_known(row: Row) -> Row:
    """The row with 未查明 for the certainty of a star that is not there."""
    return row if row["star"] else {**row, "star_certainty": Certainty.UNKNOWN}


@described("districts", "城区", serializers.DistrictSerializer)
class Districts(RowList):
    """Visible districts: titled and sourced ones for everybody, others for the people involved."""

    model = District
    serializer_class = serializers.DistrictSerializer
    filterset_class = filters.DistrictApiFilter
    ordering_fields = ("code", "name_pinyin", "stage", "star", "area_km2", "titled_on")
    ordering = ("name_pinyin",)
    order_as: ClassVar = {"area_km2": AREA}
    renamed: ClassVar = {"area_list": "areas"}
    rows_for = staticmethod(rows.districts)

    def shape(self, row: Row) -> Row:
        """Adds the certainty of each fact."""
        shaped = super().shape(_star_known(DISTRICT_TOLD.disclosed(row)))
        del shaped["hidden"]
        if shaped["guideline_area"] or is_unknown(shaped["stage"], shaped["status_certainty"]):
            shaped["stage"] = None
        words, edition = shaped.pop("fact_certainty"), shaped.pop("edition_certainty")
        shaped["edition_text_certainty"] = edition if shaped["edition_text"] else Certainty.UNKNOWN
        return shaped | {f"{name}_certainty": certainty_of(words, fact, shaped[name]) for name, fact in FACTS.items()}


@described("titles", "称号", serializers.TitleSerializer)
class Titles(RowList):
    """Current and former titles."""

    model = Title
    serializer_class = serializers.TitleSerializer
    filterset_class = filters.TitleApiFilter
    ordering_fields = ("granted_on", "star", "kind")
    ordering = ("-granted_on",)
    renamed: ClassVar = {**DISTRICT_NAMES, "announcement__year": "batch_year", "announcement__batch": "batch"}
    rows_for = staticmethod(rows.titles)

    def shape(self, row: Row) -> Row:
        """Adds that a star is unknown."""
        return super().shape(_star_known(row))


@described("announcements", "公告", serializers.AnnouncementSerializer)
class Announcements(RowList):
    """Published batches."""

    model = Announcement
    serializer_class = serializers.AnnouncementSerializer
    filterset_class = filters.AnnouncementFilter
    ordering_fields = ("year", "batch", "announced_on")
    ordering = ("-announced_on", "-year", "-batch")
    renamed: ClassVar = {"codes": "districts"}
    rows_for = staticmethod(rows.announcements)


@described("editions", "评价标准", serializers.EditionSerializer)
class Editions(RowList):
    """Editions of evaluation standards."""

    model = Edition
    serializer_class = serializers.EditionSerializer
    filterset_class = filters.EditionFilter
    ordering_fields = ("code", "in_force")
    ordering = ("-in_force", "code")
    renamed: ClassVar = {"chapter_total": "chapters", "clause_total": "clauses"}
    rows_for = staticmethod(rows.editions)

    def shape(self, row: Row) -> Row:
        """Reduce the entries of an edition's lists to key and label."""
        shaped = super().shape(row)
        for name in ("types", "stages", "levels"):
            shaped[name] = [{"key": entry["key"], "label": entry["label"]} for entry in row[name]]
        return shaped


@described("assessments", "已接收的年度自查", serializers.AssessmentSerializer)
class Assessments(RowList):
    """Received self-checks with total, level and chapters as frozen."""

    model = SelfCheck
    serializer_class = serializers.AssessmentSerializer
    filterset_class = filters.AssessmentFilter
    ordering_fields = ("year", "received_at", "number")
    ordering = ("-year", "number")
    renamed: ClassVar = DISTRICT_NAMES
    rows_for = staticmethod(rows.assessments)

    def shape(self, row: Row) -> Row:
        """Keeps only the API keys of chapters."""
        shaped = super().shape(row)
        shaped["chapters"] = [
            {name: chapter[name] for name in ("key", "obtained", "possible", "score")} for chapter in row["chapters"] or ()
        ]
        return shaped


@described("volumes", "案卷", serializers.VolumeSerializer)
class Volumes(RowList):
    """Archive volumes, for the city only."""

    model = ArchiveVolume
    serializer_class = serializers.VolumeSerializer
    filterset_class = filters.VolumeApiFilter
    ordering_fields = ("year", "fonds", "number", "closed_at", "handed_over_on")
    ordering = ("-year", "fonds", "number")
    renamed: ClassVar = {"district__code": "district", "district__name": "district_name", "item_count": "items", "page_count": "pages"}
    rows_for = staticmethod(rows.volumes)


class Obligations(GenericAPIView[Any]):
    """Visible 到期事项 as of a day; computed, not a queryset."""

    authentication_classes = AUTHENTICATION
    permission_classes = (IsAuthenticated,)
    pagination_class = Paging
    serializer_class = serializers.ObligationSerializer
    filter_backends = ()
    ordering_fields = tuple(rows.OBLIGATION_ORDERS)

    @extend_schema(
        operation_id="obligations",
        summary="到期事项",
        responses=serializers.ObligationSerializer(many=True),
        parameters=[
            serializers.ObligationQuery,
            OpenApiParameter(filters.ORDERING, str, description=f"排序字段：{'、'.join(ordering_fields)}"),
        ],
    )
    def get(self, request: Request) -> Response:
        """One page of rows. Raises ``ValidationError`` for invalid parameters, ``PermissionDenied`` for a day out of reach."""
        filters.check_parameters(request, serializers.ObligationQuery().fields, self.ordering_fields)
        query = serializers.ObligationQuery(data={name: value for name, value in request.query_params.items() if value})
        query.is_valid(raise_exception=True)
        asked, viewer = query.validated_data, reader(request)
        on = asked.get("on", viewer.today)
        if on != viewer.today and not sees_all(viewer.held):
            msg = "其他日期限能查看全部城区的岗位查询"
            raise PermissionDenied(msg)
        found = rows.obligations_ordered(rows.obligations(viewer, on, asked), request.query_params.get(filters.ORDERING, ""))
        return self.get_paginated_response(told(self.paginate_queryset(found) or [], on))


@extend_schema(exclude=True)
class Schema(SpectacularAPIView):
    """OpenAPI schema, public: it tells no more than the public API page."""

    authentication_classes = ()
    permission_classes = ()


@require_safe
def client_file(_request: HttpRequest) -> HttpResponse:
    """The client in one file, as it runs in the tests of this version."""
    headers = {"Content-Disposition": 'attachment; filename="greendistrict_client.py"'}
    return HttpResponse(CLIENT.read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8", headers=headers)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Public API page, generated from the schema, without scripts."""
    schema = description.schema()
    context = {
        "frame": frame_for(request.user),
        "operations": description.operations(schema),
        "problems": KINDS,
        "version": schema["info"]["version"],
    }
    return render(request, "portal/api/api_docs.html", context)
