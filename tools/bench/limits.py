"""Limits: minimal views that do the same work with the same middleware, one query each in addition to session and user."""

import json

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import check_password
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.views.decorators.http import require_POST

from approvals.cases.models.cases import Case
from assessments.tables.models import ScoreRow
from districts.boundaries.models import Boundary
from districts.file.models.district import District
from districts.plots.models import Plot, PlotIndicator
from districts.plots.selectors.states import STATE
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import Organisation, User
from greendistrict.documents.models import Evidence
from greendistrict.notifications.models import Notification
from indicators.editions.models import Clause

LIST_ROWS = 50
SEARCHED: tuple[tuple[type[models.Model], str], ...] = (
    *((District, "name"), (Case, "number"), (Plot, "number"), (KeyProject, "name"), (Work, "name"), (Evidence, "title")),
    *((Clause, "title"), (Organisation, "name"), (Notification, "title")),
)
FOUND = 21
LIST_FIELDS = ("code", "name", "type", "stage", "star", "area_km2", "title_number", "titled_on", "title_batch")
PLOT_FIELDS = ("number", "sub_area", "land_use", "area_ha", "floor_area", "acquisition", "acquired_on", "built_on", "conforms")
ROW_FIELDS = ("item_id", "value", "target", "explanation", "build_state", "version")
PAGE = (
    "<!doctype html><title>limit</title><p>{{ count }}</p><table>"
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)
UPDATE_ALL = """
    UPDATE assessments_scorerow AS r SET value = n.value::jsonb, version = r.version + 1
    FROM unnest(%s::text[], %s::text[]) AS n (item, value) WHERE r.table_id = %s AND r.item_id = n.item
"""


def plain_page(rows: object, count: int) -> HttpResponse:
    """A page with a number and a table only."""
    return HttpResponse(_template().render(Context({"rows": rows, "count": count})))


def _template(kept: list[Template] = []) -> Template:  # noqa: B006 -- compiled once, like the cached template loader
    if not kept:
        kept.append(Template(PAGE))
    return kept[0]


def districts(request: HttpRequest) -> HttpResponse:
    """Filtered, counted, sorted list of 50 districts as a plain table."""
    wanted = {name: request.GET[name] for name in ("type", "stage") if request.GET.get(name)}
    found = District.objects.filter(guideline_area=False, **wanted)
    rows = found.order_by("is_demo", "area_code", "name_pinyin", "pk").values_list(*LIST_FIELDS)[:LIST_ROWS]
    return plain_page(rows, found.count())


def search(request: HttpRequest) -> HttpResponse:
    """The first names of each table that contain the words, as a plain table."""
    words, rows = request.GET["q"], list[tuple[str, str]]()
    for model, field in SEARCHED:
        found = model._default_manager.filter(**{f"{field}__icontains": words}).values_list("pk", field)
        rows += found.order_by(field)[:FOUND]
    return plain_page(rows, len(rows))


def plot_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Filtered, counted list of 50 plots as a plain table."""
    del request
    found = Plot.objects.filter(district=pk, acquisition="grant", built_on=None)
    return plain_page(found.order_by("number").values_list(*PLOT_FIELDS)[:LIST_ROWS], found.count())


def plot_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Number of plots by step, and of values by indicator, as a plain table."""
    del request
    steps = Plot.objects.filter(district=pk).values_list("control__status").annotate(models.Count("pk"), models.Sum("area_ha")).order_by()
    short = PlotIndicator.objects.filter(plot__district=pk).values_list("key", "built_short").annotate(models.Count("pk")).order_by()
    return plain_page([*steps, *short], 0)


def plot_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Every plot's path by state, one element each."""
    del request
    rows = Plot.objects.filter(district=pk, shape__isnull=False).order_by("number").values_list(STATE, "shape__path")
    paths = "".join([f'<path class="{state}" d="{path}"/>' for state, path in rows])
    return HttpResponse(f'<!doctype html><title>limit</title><svg viewBox="0 0 1000 1000">{paths}</svg>')


def boundary_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Every corner of a boundary as one path."""
    del request
    geometry = Boundary.objects.filter(district=pk).values_list("geometry", flat=True)[0]
    path = " ".join(f"{x * 1000:.1f},{-y * 1000:.1f}" for polygon in geometry["coordinates"] for ring in polygon for x, y in ring)
    return HttpResponse(f'<!doctype html><title>limit</title><svg viewBox="121000 -32000 1000 1000"><path d="M{path}Z"/></svg>')


def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The first ``?rows=`` rows of a score table as a plain table."""
    rows = ScoreRow.objects.filter(table=pk).order_by("order").values_list(*ROW_FIELDS)
    return plain_page(rows[: int(request.GET["rows"])], 0)


@require_POST
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Update one row."""
    ScoreRow.objects.filter(pk=pk).update(value=request.POST["value"])
    return HttpResponse(status=204)


@require_POST
def chapter(request: HttpRequest, pk: int) -> HttpResponse:
    """Update the posted rows of a table by one statement."""
    names = request.POST.getlist("rows")
    values = [json.dumps(request.POST.get(f"{name}-value", "")) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_ALL, [names, values, pk])
    return HttpResponse(status=204)


def api(request: HttpRequest) -> JsonResponse:
    """50 rows of districts as JSON."""
    del request
    return JsonResponse(list(District.objects.order_by("name_pinyin", "pk").values()[:LIST_ROWS]), safe=False)


@login_not_required
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    """Check a password against its hash."""
    stored = User.objects.values_list("password", flat=True).get(username=request.POST["username"])
    return HttpResponse(status=204 if check_password(request.POST["password"], stored) else 403)
