"""Documents of OGC API – Features (17-069r4, Part 1: Core, GeoJSON, OpenAPI 3.0) for released boundaries; independent of requests.

The only collection is the dataset ``boundaries``: newest plan boundaries with a 审图号, as WGS 84 longitude and latitude (CRS84).

Also here: Intersection of a geometry with a rectangle, in degrees; implemented without GEOS, which web workers do not load.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from greendistrict.core.integers import whole
from portal.api.problems import ignored_parameters
from portal.open_data.catalogue import licence
from portal.open_data.datasets import BOUNDARIES
from portal.open_data.versions import features_of

Point = Sequence[float]
Ring = Sequence[Point]
Rectangle = tuple[float, float, float, float]  # west, south, east, north


def polygons(geometry: Mapping[str, Any]) -> Sequence[Sequence[Ring]]:
    """Rings of each part of a GeoJSON polygon or multipolygon."""
    found: Sequence[Sequence[Ring]] = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return found


def bounds(geometries: Iterable[Mapping[str, Any]]) -> list[float]:
    """West, south, east and north of all geometries."""
    points = [point for geometry in geometries for rings in polygons(geometry) for point in rings[0]]
    east_west, north_south = [point[0] for point in points], [point[1] for point in points]
    return [min(east_west), min(north_south), max(east_west), max(north_south)]


def meets(geometry: Mapping[str, Any], rectangle: Rectangle) -> bool:
    """Whether they intersect: an edge crosses the rectangle, or the rectangle lies inside the polygon."""
    west, south, _, _ = rectangle
    for rings in polygons(geometry):
        if any(_runs_through(start, end, rectangle) for ring in rings for start, end in _sides(ring)):
            return True
        if sum(_crossings(ring, west, south) for ring in rings) % 2:  # in the outer ring and in no hole
            return True
    return False


def _sides(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return pairwise(ring)


def _runs_through(start: Point, end: Point, rectangle: Rectangle) -> bool:
    """Whether part of an edge lies in the rectangle (Liang–Barsky clipping)."""
    west, south, east, north = rectangle
    enter, leave = 0.0, 1.0
    for origin, step, low, high in ((start[0], end[0] - start[0], west, east), (start[1], end[1] - start[1], south, north)):
        if step == 0:
            if not low <= origin <= high:
                return False
            continue
        first, last = sorted(((low - origin) / step, (high - origin) / step))
        enter, leave = max(enter, first), min(leave, last)
        if enter > leave:
            return False
    return True


def _crossings(ring: Ring, x: float, y: float) -> int:
    """Number of crossings of an eastward ray from the point with the ring."""
    return sum(
        (start[1] > y) != (end[1] > y) and x < start[0] + (y - start[1]) * (end[0] - start[0]) / (end[1] - start[1])
        for start, end in _sides(ring)
    )


Absolute = Callable[[str], str]
JSON, GEOJSON, OPENAPI = "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = tuple(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson"))
COLLECTION = BOUNDARIES.key
DEFAULT_LIMIT, MOST = 100, 1000
FORMAT = "f"
PARAMETERS = ("bbox", "datetime", "limit", "offset", FORMAT)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
OPEN_END = ("", "..")
CORNERS = (4, 6)


class WrongQuery(ValueError):  # noqa: N818 -- an answer
    """Invalid or unknown query parameters, each with its reason."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = tuple(errors.items())
        super().__init__("；".join(dict.fromkeys(errors.values())))


@dataclass(frozen=True)
class ItemQuery:
    """Parsed parameters of an items request."""

    areas: tuple[Rectangle, ...] | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0


def asked_of(query: QueryDict) -> ItemQuery:
    """Parse the query parameters. Raises ``WrongQuery`` naming every invalid or unknown one."""
    refuse_unknown(query, PARAMETERS)
    given = {name: str(value) for name, value in query.items()}
    limit, offset = whole(given.get("limit", str(DEFAULT_LIMIT)), 0), whole(given.get("offset", "0"), -1)
    wrong = wrong_format(given)
    if limit < 1:
        wrong["limit"] = "参数limit应为正整数"
    if offset < 0:
        wrong["offset"] = "参数offset应为非负整数"
    if "datetime" in given and not _is_moment(given["datetime"]):
        wrong["datetime"] = "参数datetime应为 RFC 3339 的时间，或者先后两个时间以“/”相连的时间段（一端可写“..”）"
    areas = None
    if "bbox" in given:
        areas = _areas(given["bbox"])
        if areas is None:
            wrong["bbox"] = "参数bbox应为4个或6个数，以逗号分开：西、南、东、北（经纬度）"
    if wrong:
        raise WrongQuery(wrong)
    return ItemQuery(areas, min(limit, MOST), offset)


def wrong_format(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the format asked for, which many clients name although there is one only."""
    return {} if given.get(FORMAT, "json") == "json" else {FORMAT: "参数f只有json一种"}


def _is_moment(text: str) -> bool:
    """Whether a text is an existing instant or day, or an interval of two in order, one of them open at most."""
    ends = text.split("/")
    if len(ends) == 1:
        return _instant(text) is not None
    known = [_instant(end) for end in ends if end not in OPEN_END]
    return len(ends) == 2 and len(known) > 0 and None not in known and known == sorted(filter(None, known))  # noqa: PLR2004 -- begin, end


def _instant(text: str) -> dt.datetime | None:
    if not INSTANT.fullmatch(text):
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:  # such as 30 February
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def refuse_unknown(given: QueryDict, allowed: Sequence[str]) -> None:
    """Raise ``WrongQuery`` for unknown parameters and for those that stand there more than once, all but one of which would be ignored."""
    if wrong := ignored_parameters(given, allowed):
        raise WrongQuery(wrong)


def _areas(text: str) -> tuple[Rectangle, ...] | None:
    """The bounding box as rectangles; one that crosses the date line (west > east) becomes two."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) not in CORNERS or not all(math.isfinite(number) for number in numbers):
        return None
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if south > north:
        return None
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}


def landing(absolute: Absolute) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": "上海市绿色生态城区规划范围",
        "description": BOUNDARIES.about,
        "links": [
            _link(absolute(reverse("portal:ogc_landing")), "self", JSON, "本页"),
            _link(absolute(reverse("portal:ogc_api")), "service-desc", OPENAPI, "接口说明（OpenAPI）"),
            _link(absolute(reverse("portal:open_dataset", args=[COLLECTION])), "service-doc", "text/html", "数据说明"),
            _link(absolute(reverse("portal:ogc_conformance")), "conformance", JSON, "符合的标准"),
            _link(absolute(reverse("portal:ogc_collections")), "data", JSON, "数据集"),
        ],
    }


def conformance() -> dict[str, Any]:
    """Conformance classes that are implemented."""
    return {"conformsTo": list(CONFORMS)}


def collections(absolute: Absolute) -> dict[str, Any]:
    """The list of collections."""
    address = absolute(reverse("portal:ogc_collections"))
    return {"links": [_link(address, "self", JSON, "数据集")], "collections": [collection(absolute)]}


def collection(absolute: Absolute) -> dict[str, Any]:
    """The only collection; without features no extent is stated."""
    address = absolute(reverse("portal:ogc_collection", args=[COLLECTION]))
    features = features_of(BOUNDARIES)
    extent = {"spatial": {"bbox": [bounds(one["geometry"] for one in features)], "crs": CRS84}} if features else None
    return {
        "id": COLLECTION,
        "title": BOUNDARIES.title,
        "description": f"{BOUNDARIES.about}使用许可：{licence()}",
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": extent} if extent else {}),
        "links": [
            _link(address, "self", JSON, BOUNDARIES.title),
            _link(absolute(reverse("portal:ogc_items", args=[COLLECTION])), "items", GEOJSON, "全部要素"),
            _link(absolute(reverse("portal:open_dataset", args=[COLLECTION])), "describedby", "text/html", "字段说明"),
        ],
    }


def items(asked: ItemQuery, absolute: Absolute, query: Mapping[str, str], moment: dt.datetime) -> dict[str, Any]:
    """One page of features. They have no time property, so every ``datetime`` matches them all."""
    found = [one for one in features_of(BOUNDARIES) if asked.areas is None or any(meets(one["geometry"], area) for area in asked.areas)]
    page = found[asked.offset : asked.offset + asked.limit]
    address = absolute(reverse("portal:ogc_items", args=[COLLECTION]))
    links = [
        _link(_with(address, query), "self", GEOJSON, "本页"),
        _link(absolute(reverse("portal:ogc_collection", args=[COLLECTION])), "collection", JSON, BOUNDARIES.title),
    ]
    if asked.offset + asked.limit < len(found):
        links.append(_link(_with(address, {**query, "offset": str(asked.offset + asked.limit)}), "next", GEOJSON, "下一页"))
    if asked.offset:
        links.append(_link(_with(address, {**query, "offset": str(max(asked.offset - asked.limit, 0))}), "prev", GEOJSON, "上一页"))
    return {
        "type": "FeatureCollection",
        "timeStamp": moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": len(found),
        "numberReturned": len(page),
        "features": page,
        "links": links,
    }


def item(code: str, absolute: Absolute) -> dict[str, Any] | None:
    """One feature by the code of its district."""
    found = next((feature for feature in features_of(BOUNDARIES) if feature["id"] == code), None)
    if found is None:
        return None
    links = [
        _link(absolute(reverse("portal:ogc_item", args=[COLLECTION, code])), "self", GEOJSON, str(found["properties"]["name"])),
        _link(absolute(reverse("portal:ogc_collection", args=[COLLECTION])), "collection", JSON, BOUNDARIES.title),
    ]
    return {**found, "links": links}


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def openapi(absolute: Absolute) -> dict[str, Any]:
    """API definition of this service (OpenAPI 3.0)."""
    form = {"name": FORMAT, "in": "query", "required": False, "schema": {"type": "string", "enum": ["json"]}}

    def told(summary: str, kind: str = JSON, *parameters: dict[str, Any], missing: bool = False) -> dict[str, Any]:
        responses: dict[str, Any] = {"200": {"description": summary, "content": {kind: {"schema": {"type": "object"}}}}}
        for status, words in (("400", "参数不合规定"), *((("404", "没有找到"),) if missing else ())):
            responses[status] = {"description": words, "content": {"application/problem+json": {"schema": {"type": "object"}}}}
        return {"get": {"summary": summary, "operationId": None, "parameters": [*parameters, form], "responses": responses}}

    base = reverse("portal:ogc_landing")
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
    corners = {"type": "array", "oneOf": [{"minItems": count, "maxItems": count} for count in CORNERS], "items": {"type": "number"}}
    bbox = {"name": "bbox", "in": "query", "required": False, "style": "form", "explode": False, "schema": corners}
    moment = {"name": "datetime", "in": "query", "required": False, "style": "form", "explode": False, "schema": {"type": "string"}}
    most = {"name": "limit", "in": "query", "required": False, "style": "form", "explode": False, "schema": limit}
    offset = {"name": "offset", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 0, "default": 0}}
    code = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/": told("入口"),
        "/api": told("接口说明", OPENAPI),
        "/conformance": told("符合的标准"),
        "/collections": told("数据集"),
        f"/collections/{COLLECTION}": told(BOUNDARIES.title),
        f"/collections/{COLLECTION}/items": told("要素", GEOJSON, bbox, moment, most, offset),
        f"/collections/{COLLECTION}/items/{{featureId}}": told("一个要素", GEOJSON, code, missing=True),
    }
    for number, methods in enumerate(paths.values()):
        methods["get"]["operationId"] = f"ogc{number}"
    return {
        "openapi": "3.0.3",
        "info": {"title": "上海市绿色生态城区规划范围", "version": "1", "description": BOUNDARIES.about},
        "servers": [{"url": absolute(base).rstrip("/")}],
        "paths": paths,
    }
