"""Pagination: by an opaque signed cursor, which inserted or deleted rows do not shift, or by offset.

A cursor stores where a page begins (sort values of the last row, primary key last), the ordering and the direction, and is valid only for
the query it was made for. PostgreSQL sorts NULL last when ascending and first when descending; the comparison does the same.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from portal.api.problems import WrongParameters

MOST_ROWS = 200
CURSOR = "cursor"
SALT = "portal.api.cursor"
FORWARD, BACK = "n", "p"
SORTED = "cursor_{}"  # annotation with the sort values of a row
WRONG = "游标不可用：它不属于这次查询，或者已经损坏。请从第一页重新读取"
Row = dict[str, Any]


class Paging(LimitOffsetPagination):
    """50 rows by default, at most 200. ``next`` and ``previous`` are cursor links unless an offset was given."""

    default_limit = 50
    max_limit = MOST_ROWS
    _asked: Request
    _most: int
    _links: tuple[str | None, str | None] | None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Rows of the page. Raises ``WrongParameters`` for a cursor of another query."""
        self._links = None
        if self.offset_query_param in request.query_params:
            if CURSOR in request.query_params:
                raise WrongParameters({CURSOR: "cursor和offset不能同时使用"})
            return super().paginate_queryset(queryset, request, view)
        self.request, self.count = request, self.get_count(queryset)
        self.limit = self._most = self.get_limit(request) or self.default_limit
        self._asked = request
        direction, place = self._place()
        if isinstance(queryset, QuerySet):
            return self._page(queryset, direction, place)
        return self._slice(queryset, direction, place)

    def _place(self) -> tuple[str, list[Any]]:
        """Direction and position of the cursor; the beginning, forward, without one."""
        sent = self._asked.query_params.get(CURSOR, "")
        if not sent:
            return FORWARD, []
        try:
            digest, direction, place = signing.loads(sent, salt=SALT)
        except (signing.BadSignature, ValueError):
            raise WrongParameters({CURSOR: WRONG}) from None
        if digest != self._query():
            raise WrongParameters({CURSOR: WRONG})
        return direction, place

    def _query(self) -> str:
        """Digest of path, filter and ordering; the page size may change between pages."""
        asked = sorted((name, *values) for name, values in self._asked.query_params.lists() if name not in {CURSOR, "limit"})
        return hashlib.sha256(repr((self._asked.path, asked)).encode()).hexdigest()[:16]

    def _page(self, queryset: QuerySet[Any, Any], direction: str, place: list[Any]) -> list[Row]:
        order = [_term(one) for one in queryset.query.order_by]
        back = direction == BACK
        found = queryset.annotate(**{SORTED.format(number): expression for number, (expression, _) in enumerate(order)})
        if place:
            if len(place) != len(order):
                raise WrongParameters({CURSOR: WRONG})
            found = found.filter(_behind(place, [descending != back for _, descending in order]))
        terms = [(F(SORTED.format(number)), descending != back) for number, (_, descending) in enumerate(order)]
        found = found.order_by(*(term.desc() if descends else term.asc() for term, descends in terms))
        try:
            rows = list(found[: self._most + 1])
        except (ValidationError, ValueError, TypeError):  # the type of the field has changed since the cursor was made
            raise WrongParameters({CURSOR: WRONG}) from None
        more = len(rows) > self._most
        rows = rows[: self._most]
        if back:
            rows.reverse()
        places = [[_plain(row.pop(SORTED.format(number))) for number in range(len(order))] for row in rows]
        self._link(direction, place, more=more, first=places[0] if places else [], last=places[-1] if places else [])
        return rows

    def _slice(self, rows: Sequence[Any], direction: str, place: list[Any]) -> list[Any]:
        """Rows of a computed list after the cursor's key, or after its former position if that row is gone."""
        start, end = 0, self._most
        if place:
            at, key = place
            found = next((number for number, row in enumerate(rows) if row.key == key), None)
            if direction == FORWARD:
                start = at if found is None else found + 1
                end = start + self._most
            else:
                end = at if found is None else found
                start = max(end - self._most, 0)
        page = list(rows[start:end])
        more = start > 0 if direction == BACK else end < len(rows)
        first, last = ([start, page[0].key], [start + len(page) - 1, page[-1].key]) if page else ([], [])
        self._link(direction, place, more=more, first=first, last=last)
        return page

    def _link(self, direction: str, place: list[Any], *, more: bool, first: list[Any], last: list[Any]) -> None:
        """URLs of the neighbouring pages."""
        back = direction == BACK
        behind, before = (bool(place), more) if back else (more, bool(place))
        self._links = (self._address(FORWARD, last) if behind and last else None, self._address(BACK, first) if before and first else None)

    def _address(self, direction: str, place: list[Any]) -> str:
        cursor = signing.dumps([self._query(), direction, place], salt=SALT, compress=True)
        return replace_query_param(remove_query_param(self._asked.build_absolute_uri(), CURSOR), CURSOR, cursor)

    def get_next_link(self) -> str | None:
        """URL of the next page."""
        return self._links[0] if self._links is not None else super().get_next_link()

    def get_previous_link(self) -> str | None:
        """URL of the previous page."""
        return self._links[1] if self._links is not None else super().get_previous_link()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Parameters for the schema."""
        about = "游标，取自上一次回应的 next 或 previous；只用于条件和排序相同的查询"
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        return [*parameters, {"name": CURSOR, "in": "query", "required": False, "description": about, "schema": {"type": "string"}}]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Response for the schema; the framework's example links use offsets."""
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name, words in (("next", "下一页的地址，没有的为空"), ("previous", "上一页的地址，没有的为空")):
            described["properties"][name] = {"type": "string", "nullable": True, "format": "uri", "description": words, "example": None}
        described["properties"]["count"] = {"type": "integer", "description": "符合条件的总数", "example": 1}
        return described


def _term(one: Any) -> tuple[Any, bool]:
    """Expression of one ordering field, and whether it is descending."""
    if isinstance(one, OrderBy):
        return one.expression, bool(one.descending)
    return F(one.removeprefix("-")), one.startswith("-")


def _behind(place: Sequence[Any], descends: Sequence[bool]) -> Q:
    """Condition for rows after a position: equal in the first terms and behind in the next one, for every number of first terms."""
    found, equal = Q(pk__in=()), Q()
    for number, (value, descending) in enumerate(zip(place, descends, strict=True)):
        name = SORTED.format(number)
        if value is None:
            beyond = Q(**{f"{name}__isnull": False}) if descending else Q(pk__in=())
            same = Q(**{f"{name}__isnull": True})
        else:
            beyond = Q(**{f"{name}__lt": value}) if descending else Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})
            same = Q(**{name: value})
        found |= equal & beyond
        equal &= same
    return found


def _plain(value: Any) -> Any:
    """A value in JSON form without loss."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
