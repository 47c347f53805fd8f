"""Real districts are what the source file says, no more."""

import csv
from decimal import Decimal

import pytest
from django.core.management import call_command

from districts.common.certainty import is_inferred
from districts.file import reference
from districts.file.forms.filters import key_areas
from districts.file.models.district import AdministrativeArea, District, ExternalHonour
from districts.file.selectors.visibility import areas_choosable
from districts.profile.services import save_profile
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.errors import Refused
from tests.factories.accounts import cast
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
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
        assert is_inferred(district.fact_certainty, "适用标准") == ("edition" in said)
        assert district.areas.get().name in row["admin_district"]
        assert (district.star, district.stage, district.is_demo, district.applicant) == (None, "candidate", False, None)


def test_loading_twice_changes_nothing(loaded):
    before = list(District.objects.order_by("pk").values())
    call_command("load_districts")
    assert list(District.objects.order_by("pk").values()) == before
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
    assert {area.name for area in areas_choosable(demo=True)} - {area.name for area in areas_choosable(demo=False)} == {
        "演示甲区（虚构）",
        "演示乙区（虚构）",
        "演示丙区（虚构）",
    }
    people = cast()
    real = make_district(people, name="实区", is_demo=False)
    fiction = make_district(people, name="演示虚构城区（虚构）")
    chosen = {"areas": [fictional["990001"]]}
    with pytest.raises(Refused, match="虚构的区"):
        save_profile(district=real, values=chosen, version=real.version, by=people.preparer)
    save_profile(district=fiction, values=chosen, version=fiction.version, by=people.preparer)
    assert fiction.areas.get().name == "演示甲区（虚构）"


def test_a_district_that_an_applicant_keeps_is_left_alone(loaded):
    from tests.factories.accounts import make_organisation

    District.objects.filter(code="taopu").update(applicant=make_organisation(), area_km2=5)
    call_command("load_districts")
    assert District.objects.get(code="taopu").area_km2 == 5
