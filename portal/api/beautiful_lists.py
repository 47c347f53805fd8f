"""Base of API lists that are computed for one person, marked as based on the draft of 美丽上海."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from beautiful.frame.programme import programme
from greendistrict.accounts.viewer import Viewer
from portal.api import filters
from portal.api.auth import reader
from portal.api.paging import Paging
from portal.api.views import AUTHENTICATION, Row


@dataclass(frozen=True)
class Keyed:
    """A row of a computed list, with a ``key`` that is never reused."""

    key: str
    row: Any


class ComputedList(GenericAPIView[Any]):
    """Base view: ``found`` returns the rows visible to a person, ``told`` renders the rows of one page."""

    authentication_classes = AUTHENTICATION
    permission_classes = (IsAuthenticated,)
    pagination_class = Paging
    filter_backends = ()
    query: ClassVar[type[Serializer[Any]]]

    @abstractmethod
    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Rows visible to the person and matching the query."""

    def told(self, page: Sequence[Keyed]) -> list[Row]:
        """Rendered rows of one page, with the draft mark."""
        return [one.row | {"mark": programme().mark} for one in page]

    def get(self, request: Request) -> Response:
        """One page of rows. Raises ``ValidationError`` for unknown or invalid parameters."""
        filters.check_parameters(request, self.query().fields, ())
        query = self.query(data={name: value for name, value in request.query_params.items() if value})
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.found(reader(request), query.validated_data))
        return self.get_paginated_response(self.told(page or []))


def described(name: str, words: str, shape: type[Serializer[Any]], query: type[Serializer[Any]]) -> Any:
    """Schema decorator with example and query parameters."""
    return extend_schema_view(get=extend_schema(operation_id=name, summary=words, responses=shape(many=True), parameters=[query]))
