"""Pages of the open data: datasets, dictionaries, files, versions, catalogue, OGC API."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import conditional_page, require_safe

from districts.file.models.district import District
from greendistrict.columns.filters import ListFilter
from greendistrict.core import clock
from greendistrict.core.problems import problem
from portal.open_data.catalogue import catalogue, licence
from portal.open_data.datasets import DATASETS, TITLES, Dataset
from portal.open_data.features import (
    COLLECTION,
    FORMAT,
    GEOJSON,
    JSON,
    OPENAPI,
    WrongQuery,
    asked_of,
    collection,
    collections,
    conformance,
    item,
    items,
    landing,
    openapi,
    refuse_unknown,
    wrong_format,
)
from portal.open_data.models import DatasetVersion
from portal.open_data.versions import FORMATS, TYPES, content_of, content_of_version, digest_of, dumped, readable_rows, versions_of
from portal.public.caching import cached_for_visitors
from portal.public.views import PastDayFilter, TitleRegisterFilter
from reports.city.published import MIXED, PUBLISHED, UNCLEAR


class DatedFilter(ListFilter):
    """The day of a dataset that answers for past days."""

    on = PastDayFilter("按哪一天")


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """All datasets with their files."""
    return render(request, "portal/open_data/list.html", {"datasets": DATASETS.values(), "licence": licence()})


@require_safe
def open_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """One dataset: description, fields, files and versions."""
    dataset = _known(key)
    page = reverse(dataset.page) if dataset.page else ""
    context = {
        "dataset": dataset,
        "licence": licence(),
        "page": page,
        "digest": digest_of(dataset),
        "versions": list(versions_of(dataset)),
    }
    return render(request, "portal/open_data/dataset.html", context)


@require_safe
@cached_for_visitors
def open_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version of a dataset, at its permanent URL."""
    dataset = _known(key)
    version = get_object_or_404(versions_of(dataset), number=number)
    is_there = readable_rows(dataset, version) is not None
    context = {"dataset": dataset, "version": version, "formats": FORMATS[key] if is_there else (), "licence": licence()}
    return render(request, "portal/open_data/version.html", context)


@require_safe
@cached_for_visitors
@conditional_page
def open_version_file(request: HttpRequest, key: str, number: int, kind: str) -> HttpResponse:
    """File of a version; 410 if its content is no longer kept or contains withdrawn data."""
    dataset = _known(key)
    version = get_object_or_404(DatasetVersion, dataset=key, number=number)
    if kind not in FORMATS[key]:
        raise Http404
    rows = readable_rows(dataset, version)
    if rows is None:
        context = {"dataset": dataset, "version": version, "formats": (), "licence": licence()}
        return render(request, "portal/open_data/version.html", context, status=HTTPStatus.GONE)
    response = HttpResponse(content_of_version(dataset, version, kind, rows), content_type=TYPES[kind])
    name = f"{dataset.title}-第{number}版.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@require_safe
@cached_for_visitors
@conditional_page
def open_data_file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """File of a dataset; the register accepts the filter of its page, other parameters and values are a problem. Supports ETag (304)."""
    dataset = _known(key)
    if kind not in dataset.formats:
        raise Http404
    try:
        asked = _asked(request, dataset)
    except WrongQuery as wrong:
        return problem(HTTPStatus.BAD_REQUEST, str(wrong), wrong.errors)
    response = HttpResponse(content_of(dataset, kind, asked), content_type=TYPES[kind])
    name = f"{dataset.title}-{asked['on']}" if asked.get("on") else dataset.title
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")
    return response


@require_safe
@cached_for_visitors
def open_data_catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue as DCAT-AP."""
    content = catalogue(request.build_absolute_uri)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1}, content_type="application/ld+json")


def _ogc(make: Callable[..., tuple[Any, str]]) -> Callable[..., HttpResponse]:
    """Decorator of OGC API views: the view returns a document and its media type; errors become problems (RFC 9457)."""

    @require_safe
    @cached_for_visitors
    @wraps(make)
    def answer(request: HttpRequest, **place: str) -> HttpResponse:
        try:
            content, kind = make(request, **place)
        except WrongQuery as wrong:
            return problem(400, str(wrong), wrong.errors)
        except Http404:
            return problem(404, "没有这个数据集或要素")
        return HttpResponse(dumped(content), content_type=kind)

    return answer


def _plain(request: HttpRequest, key: str = COLLECTION) -> None:
    """Raise ``Http404`` for another collection, ``WrongQuery`` for any parameter but the format."""
    if key != COLLECTION:
        raise Http404
    refuse_unknown(request.GET, (FORMAT,))
    if wrong := wrong_format(request.GET):
        raise WrongQuery(wrong)


@_ogc
def ogc_landing(request: HttpRequest) -> tuple[Any, str]:
    """Landing page of the service."""
    _plain(request)
    return landing(request.build_absolute_uri), JSON


@_ogc
def ogc_api(request: HttpRequest) -> tuple[Any, str]:
    """API definition of the service."""
    _plain(request)
    return openapi(request.build_absolute_uri), OPENAPI


@_ogc
def ogc_conformance(request: HttpRequest) -> tuple[Any, str]:
    """Conformance classes."""
    _plain(request)
    return conformance(), JSON


@_ogc
def ogc_collections(request: HttpRequest) -> tuple[Any, str]:
    """List of collections."""
    _plain(request)
    return collections(request.build_absolute_uri), JSON


@_ogc
def ogc_collection(request: HttpRequest, key: str) -> tuple[Any, str]:
    """One collection."""
    _plain(request, key)
    return collection(request.build_absolute_uri), JSON


@_ogc
def ogc_items(request: HttpRequest, key: str) -> tuple[Any, str]:
    """Features in a bounding box, paged."""
    if key != COLLECTION:
        raise Http404
    return items(asked_of(request.GET), request.build_absolute_uri, request.GET.dict(), clock.now()), GEOJSON


@_ogc
def ogc_item(request: HttpRequest, key: str, code: str) -> tuple[Any, str]:
    """One feature."""
    _plain(request, key)
    found = item(code, request.build_absolute_uri)
    if found is None:
        raise Http404
    return found, GEOJSON


@require_safe
def published_counts(request: HttpRequest) -> HttpResponse:
    """Official counts at the end of each year, with remarks on breaks in the series."""
    return render(request, "portal/open_data/counts.html", {"counts": PUBLISHED, "mixed": MIXED, "unclear": UNCLEAR})


def _known(key: str) -> Dataset:
    dataset = DATASETS.get(key)
    if dataset is None:
        raise Http404
    return dataset


def _asked(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """Conditions of the query. Raises ``WrongQuery`` for what would be ignored."""
    conditions = TitleRegisterFilter if dataset is TITLES else DatedFilter
    refuse_unknown(request.GET, tuple(conditions.base_filters) if dataset.is_dated else ())
    if not request.GET:
        return {}
    form = conditions(request.GET, District.objects.none()).form
    if not form.is_valid():
        raise WrongQuery({name: f"参数{name}的值不可用：{'；'.join(told)}" for name, told in form.errors.items()})
    return dict(form.cleaned_data)
