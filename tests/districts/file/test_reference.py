"""Real districts are what the source file says, no more; what is inferred of one says so in the list and in its export."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from districts.common.certainty import is_inferred
from districts.file import reference
from districts.file.columns import DISTRICT_LIST
from districts.file.forms import key_areas
from districts.file.models.district import AdministrativeArea, District, ExternalHonour
from districts.file.selectors.lists import district_rows
from districts.file.selectors.visibility import areas_choosable
from districts.file.services import shown
from districts.profile.services import save_profile
from greendistrict.accounts.models import Organisation, User
from greendistrict.documents.list_workbook import Inferred
from tests.factories.accounts import cast, make_organisation
from tests.factories.districts import make_district
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)
SOURCE = reference.DATA / "real_districts.csv"


@pytest.fixture
def loaded(capsys):
    call_command("load_districts")
    return capsys.readouterr().out


def source_rows():
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_areas_are_the_sixteen_districts_and_no_key_area_is_among_them(loaded):
    areas = AdministrativeArea.objects.all()
    assert list(areas.values_list("code", flat=True)[:2]) == ["310101", "310104"]
    assert areas.count() == 16
    assert not {name for name, _ in key_areas()} & set(areas.values_list("name", flat=True))
    assert "真实城区14个，导则覆盖区2个" in loaded


def test_every_fact_equals_the_file_and_unknown_stays_unknown(loaded):
    for row in source_rows():
        district = District.objects.get(name=row["name"].translate(reference.BRACKETS))
        assert district.area_km2 == (Decimal(row["area_km2"]) if row["area_km2"] else None)
        assert district.get_type_display() == {"新建": "新建城区", "更新": "更新城区", "unknown": ""}[row["type"]]
        assert district.sources == [part.strip() for part in row["source_url"].split(";")]
        assert district.edition_text == row["standard_edition"]
        assert district.note == row["note"].translate(reference.BRACKETS)
        assert (district.latitude, district.longitude) == (Decimal(row["lat"]), Decimal(row["lon"]))
        assert district.status_certainty == "unknown" or row["status"] != "unknown"
        assert district.guideline_area == ("NOT an announced district" in row["fact_certainty"])
        assert ("status inferred" in row["fact_certainty"]) == (district.status_certainty == "inferred")
        said = row["fact_certainty"]
        assert is_inferred(district.fact_certainty, "面积") == ("area=" in said or "area proxy" in said)
        assert is_inferred(district.fact_certainty, "所在区") == ("admin" in said)
        assert (district.edition_certainty == "inferred") == ("edition" in said)
        assert district.areas.get().name in row["admin_district"]
        assert (district.star, district.stage, district.is_demo, district.applicant) == (None, "candidate", False, None)


def test_loading_twice_changes_nothing(loaded):
    before = list(District.objects.order_by("pk").values())
    call_command("load_districts")
    assert list(District.objects.order_by("pk").values()) == before
    District.objects.filter(code="taopu").update(applicant=make_organisation(), area_km2=5)
    call_command("load_districts")
    assert District.objects.get(code="taopu").area_km2 == 5, "what an applicant keeps is left alone"
    assert ExternalHonour.objects.get().district.code == "hongqiao-hexin"


def test_governments_come_without_people_and_codes_are_stable(loaded):
    assert Organisation.objects.filter(name="上海市普陀区人民政府", kind="authority", admin_code="310107").exists()
    assert not User.objects.exists()
    assert District.objects.get(code="taopu").authorities.get().code == "gov-310107"
    assert {"qiantan", "xian-chuanmeigang", "taopu"} <= set(District.objects.values_list("code", flat=True))


def test_bodies_of_the_key_areas_come_with_their_source_and_without_people(loaded):
    bodies = Organisation.objects.filter(code__startswith="gov-")
    assert bodies.count() == 16 + 3
    assert not bodies.filter(source="").exists()
    assert all(body.kind == "authority" for body in bodies)
    assert set(bodies.filter(is_committee=True).values_list("code", flat=True)) == {"gov-ts-01", "gov-ts-02", "gov-ts-03"}
    core = District.objects.get(code="hongqiao-hexin")
    assert {body.code for body in core.authorities.all()} == {"gov-310112", "gov-ts-03"}, "CSV: 闵行区/虹桥商务区管委会"
    names = {name for body in bodies for name in (body.name, *body.aliases)}
    assert {"上海虹桥商务区管理委员会", "临港新片区管委会", "示范区执委会"} <= names


def test_fictional_areas_are_for_fiction_only(loaded):
    fictional = reference.load_fictional_areas()
    assert reference.load_fictional_areas() == fictional
    every, real = ({area.name for area in areas_choosable(demo=demo)} for demo in (True, False))
    assert every - real == {f"演示{name}区（虚构）" for name in "甲乙丙"}
    people = cast()
    real = make_district(people, name="实区", is_demo=False)
    fiction = make_district(people, name="演示虚构城区（虚构）")
    chosen = {"areas": [fictional["990001"]]}
    refuses("虚构的区", save_profile, district=real, values=chosen, version=real.version, by=people.preparer)
    save_profile(district=fiction, values=chosen, version=fiction.version, by=people.preparer)
    assert fiction.areas.get().name == "演示甲区（虚构）"


@pytest.fixture
def rows(loaded):
    return {row.name: row for row in district_rows(District.objects.filter(is_demo=False, guideline_area=False))}


def cells(row):
    """Cells of a row on the page and in the workbook, by column."""
    page = DISTRICT_LIST.html([row], TODAY, None).lines.split("<td")[2:]
    [line] = DISTRICT_LIST.sheet([row], TODAY, "", "").rows
    return dict(zip(("areas", "type", "star", "stage", "area_km2", "titled_on", "edition", "origin"), page, strict=True)), line


def test_what_is_inferred_says_so_in_list_and_export(rows):
    inferred = [row for row in rows.values() if row.area_is_inferred]
    assert {row.name for row in inferred} >= {"前滩国际商务区", "宝山南大地区"}
    for row in inferred:
        page, line = cells(row)
        assert ("推定" in page["area_km2"], line[6]) == (True, Inferred(row.area_km2))
    (place, placed), (edition, written) = cells(rows["前滩国际商务区"]), cells(rows["新顾城"])
    assert ("推定" in place["areas"], placed[2].endswith("（推定）")) == (True, True)
    assert ("推定" in edition["edition"], written[10].endswith("（推定）")) == (True, True)
    assert "推定" not in cells(rows["桃浦智创城"])[0]["area_km2"]


@pytest.mark.parametrize(("length", "kept"), [(200, 200), (201, len("…（201字）") + 120)])
def test_a_long_value_stands_in_the_record_by_its_beginning_and_size(length, kept):
    assert len(shown("字" * length)) == kept
