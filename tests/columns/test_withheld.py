"""Every column that some rows withhold: who reads it of which row, and that nobody sorts, filters or sums up by it."""

import importlib
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from districts.common.enums import Stage
from districts.file.columns import DISTRICT
from districts.file.forms import DistrictFilter, key_areas
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.declared import Columns
from greendistrict.columns.lists import WITHHELD
from portal.api.filters import ApiFilter
from tests.factories.districts import file_case, make_district

OWN = ("preparer", "reviewer", "consultant", "authority")
CITY = ("city_officer", "city_checker", "city_director", "city_legal", "secretariat", "bureau")
OTHERS = ("partner", "outsider_preparer", "system_keeper")
OPEN = {"own": OWN, "filed": (*OWN, *CITY), "foreign": ("outsider_preparer",), "titled": (*OWN, *CITY, "partner", "outsider_preparer")}
WALKED = {(District, name) for name in ("area_km2", "key_areas", "edition_text", "edition")}
LIST, BOOK, API = reverse("districts:district_list"), reverse("districts:district_export"), "/api/v1/districts/"


def declared():
    for path in settings.BASE_DIR.glob("*/*/columns.py"):
        module = importlib.import_module(".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts))
        yield from (found for found in vars(module).values() if isinstance(found, Columns))


def test_every_column_with_a_right_is_walked():
    assert {(one.model, name) for one in declared() for name, column in one.items() if column.withheld} == WALKED


@pytest.fixture
def rows(people):
    """A district of each kind: its area, its key area, its standard."""
    names = [name for name, _ in key_areas()]
    found = {}
    for at, kind in enumerate(OPEN, start=1):
        facts = {"area_km2": Decimal(f"{at}.77"), "key_areas": [names[at]], "edition_text": f"标准{kind}"}
        facts["stage"] = Stage.PILOT if kind == "titled" else Stage.CANDIDATE
        found[kind] = (
            make_district(applicant=people.outsider_body, code=kind, **facts)
            if kind == "foreign"
            else make_district(people, code=kind, **facts)
        )
    file_case(found["filed"])
    return found


def on_page(client, query):
    answer = client.get(LIST, query)
    lines = answer.context["demo"].lines.split("<tr>")[1:] if answer.status_code == 200 and answer.context["total"] else []
    cells = [[" ".join(strip_tags(f"<t{cell}").split()) for cell in line.split("<t")[1:]] for line in lines]
    sums = answer.context["real"].sums if lines else ""
    return {line.partition(f"/{LIST.split('/')[1]}/")[2].partition("/")[0]: cell for line, cell in zip(lines, cells, strict=True)}, sums


def in_book(client, query):
    answer = client.get(BOOK, query)
    book = load_workbook(BytesIO(answer.content)).active if answer.status_code == 200 else None
    return {line[2]: list(line) for line in book.iter_rows(min_row=4, values_only=True)} if book else {}


def in_api(client, query):
    named = {"ordering" if name == "order" else name: value for name, value in query.items()}
    answer = client.get(API, named)
    return {row["code"]: row for row in answer.json()["results"]} if answer.status_code == 200 else {}


@pytest.mark.django_db
@pytest.mark.parametrize("seat", [*OWN, *CITY, *OTHERS])
def test_who_reads_what_of_which_row(client, people, rows, seat):
    client.force_login(people.everybody[seat])
    page, sums = on_page(client, {})
    book, api = in_book(client, {}), in_api(client, {})
    open_rows = [kind for kind in OPEN if seat in OPEN[kind]]
    for kind, district in rows.items():
        area, standard, hidden = district.area_km2, district.edition_text, WITHHELD
        if kind in open_rows:
            assert (page[kind][6], page[kind][8], book[kind][7], book[kind][11]) == (f"{area:.2f}", standard, float(area), standard)
            told = [api[kind][name] for name in ("area_km2", "key_areas", "edition_text", "withheld")]
            assert told == [f"{area:.4f}", district.key_areas, standard, []]
        elif kind in page:
            assert (page[kind][6], page[kind][8], book[kind][7], book[kind][11]) == (hidden,) * 4
            told = [api[kind][name] for name in ("area_km2", "key_areas", "edition_text", "withheld")]
            assert told == [None, [], "", ["area_km2", "key_areas", "edition_text"]]
        assert (kind in page) == (kind in book) == (kind in api)
    assert (f"{sum(rows[kind].area_km2 for kind in open_rows):.2f}" in sums) == bool(open_rows)


@pytest.mark.django_db
@pytest.mark.parametrize("seat", ["preparer", "city_officer", "outsider_preparer"])
def test_nobody_sorts_or_filters_by_what_is_withheld(client, people, rows, seat):
    client.force_login(people.everybody[seat])
    open_rows = [kind for kind in OPEN if seat in OPEN[kind]]
    page, book, api = (lambda query: on_page(client, query)[0], lambda query: in_book(client, query), lambda query: in_api(client, query))
    for name, read in (("area_km2", page), ("km2", page), ("area_km2", book), ("area_km2", api)):  # km2: in addresses of release 0.1.0
        up, down = ([*read({"order": order})] for order in (name, f"-{name}"))
        assert [[kind for kind in found if kind in open_rows] for found in (up, down)] == [open_rows, open_rows[::-1]]
        assert [kind for kind in up if kind not in open_rows] == [kind for kind in down if kind not in open_rows]
        for kind, district in rows.items():
            assert [*read({"key_area": district.key_areas[0]})] == ([kind] if kind in open_rows else [])
    for kind, district in rows.items():
        page = client.get(reverse("portal:policy_check"), {"key_area": district.key_areas[0]}).content.decode()
        assert kind == "titled" or (f"/districts/{kind}/" in page) == (kind in open_rows)


@pytest.mark.django_db
@pytest.mark.parametrize("seat", ["preparer", "city_officer", "outsider_preparer"])
def test_no_condition_of_a_bar_finds_what_is_withheld(people, rows, rf, seat):
    """Whatever is asked finds the same rows when what these withhold from the reader has changed; what they tell is found."""
    request = rf.get("/")
    request.user = people.everybody[seat]
    visible = districts_visible_to(Viewer(request.user))
    bars = (DistrictFilter, *DistrictFilter.__subclasses__())
    asked = [
        (bar, {name: value})
        for bar in bars
        for name, field in bar({}, visible, request=request).form.fields.items()
        for value, _ in getattr(field, "choices", ())
    ]

    def found():
        return [{one.code for one in bar(query, visible, request=request).qs} for bar, query in asked]

    before, area = found(), key_areas()[-1][0]
    assert len(asked) > 100
    for opened in (False, True):
        told = [kind for kind in rows if (seat in OPEN[kind]) == opened]
        District.objects.filter(code__in=told).update(area_km2=99, key_areas=[area], edition_text="", edition=None)
        assert (found() != before) == opened


def test_a_condition_of_the_api_cannot_be_made_of_what_may_be_withheld():
    with pytest.raises(ValueError, match="area_km2: a filter would find rows by values that they withhold"):
        type("ByArea", (ApiFilter,), {"columns": DISTRICT.part("area_km2")})
