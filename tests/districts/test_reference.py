"""Real districts are what the source file says, no more."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from districts import reference
from districts.certainty import is_inferred
from districts.models import AdministrativeArea, District, ExternalHonour
from greendistrict.accounts.models import Organisation, User

pytestmark = pytest.mark.django_db
SOURCE = Path(reference.__file__).parent / "data" / "real_districts.csv"


@pytest.fixture
def loaded(capsys):
    call_command("load_districts")
    return capsys.readouterr().out


def source_rows():
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_sixteen_districts_and_the_special_areas_of_the_policy(loaded):
    plain = AdministrativeArea.objects.filter(special=False)
    assert list(plain.values_list("code", flat=True)[:2]) == ["310101", "310104"]
    assert plain.count() == 16
    assert AdministrativeArea.objects.filter(special=True).count() == 9
    assert "真实城区14个，导则覆盖区2个" in loaded


def test_every_fact_equals_the_file_and_unknown_stays_unknown(loaded):
    for row in source_rows():
        district = District.objects.get(name=row["name"])
        assert district.area_km2 == (Decimal(row["area_km2"]) if row["area_km2"] else None)
        assert district.get_type_display() == {"新建": "新建城区", "更新": "更新城区", "unknown": ""}[row["type"]]
        assert district.sources == [part.strip() for part in row["source_url"].split(";")]
        assert district.edition_text == row["standard_edition"]
        assert district.note == row["note"]
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


def test_a_district_that_an_applicant_keeps_is_left_alone(loaded):
    from tests.factories.accounts import make_organisation

    District.objects.filter(code="taopu").update(applicant=make_organisation(), area_km2=5)
    call_command("load_districts")
    assert District.objects.get(code="taopu").area_km2 == 5
