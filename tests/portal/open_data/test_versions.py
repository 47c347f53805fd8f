"""Versions of the open data: one per published change, at a permanent URL; withdrawn data disappear from all of them."""

import datetime as dt
import hashlib
import json

import pytest
from django.urls import reverse

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, Stage
from greendistrict.core import clock
from portal.open_data import versions
from portal.open_data.datasets import DATASETS
from portal.open_data.models import DatasetVersion
from tests.factories.districts import make_district, square

pytestmark = pytest.mark.django_db


def titled(name):
    day = dt.date(2024, 6, 11)
    district = make_district(name=name, stage=Stage.PILOT, star=2, titled_on=day, title_batch="2024年第五批")
    Title.objects.create(district=district, kind=TitleKind.PILOT, granted_on=day, historic=True, policy="演示")
    return district


def bounded(district, number, map_number):
    Boundary.objects.create(
        district=district, kind=BoundaryKind.PLAN, number=number, geometry=square(121.4, 31.2), area_km2="1.0", points=5, file_name="a",
        format="GeoJSON", system="WGS84", sha256=str(number) * 64, reason="演示", map_number=map_number, entered_at=clock.now(),
    )  # fmt: skip


def file_of(client, key, number, kind="json"):
    return client.get(reverse("portal:open_version_file", args=[key, number, kind]))


def test_each_change_makes_one_version_and_no_change_none(client):
    titled("演示甲城（虚构）")
    assert versions.keep_versions() == len(DATASETS)
    assert versions.keep_versions() == 0
    current = client.get(reverse("portal:open_data_file", args=["titles", "json"])).content
    titled("演示乙城（虚构）")
    assert versions.keep_versions() == 2  # the register and its history
    first, second = DatasetVersion.objects.filter(dataset="titles").order_by("number")
    assert (first.number, first.row_count, second.number, second.row_count) == (1, 1, 2, 2)
    assert file_of(client, "titles", 1).content == current
    assert hashlib.sha256(current).hexdigest() == first.digest
    assert file_of(client, "titles", 2).content == client.get(reverse("portal:open_data_file", args=["titles", "json"])).content
    csv = client.get(reverse("portal:open_data_file", args=["titles", "csv"])).content
    assert file_of(client, "titles", 2, "csv").content == csv
    page = client.get(reverse("portal:open_dataset", args=["titles"])).content.decode()
    assert all(address in page for address in ("/data/titles/1/", "/data/titles/2/"))
    assert second.digest in page
    assert first.digest in client.get(reverse("portal:open_version", args=["titles", 1])).content.decode()


@pytest.mark.parametrize("key", list(DATASETS))
def test_every_set_has_versions_in_its_formats(client, key):
    bounded(titled("演示甲城（虚构）"), 1, "沪S〔2024〕001号")
    versions.keep_versions()
    for kind in versions.FORMATS[key]:
        now = client.get(reverse("portal:open_data_file", args=[key, kind])).content
        assert file_of(client, key, 1, kind).content == now
    for address in (f"/data/{key}/2/", f"/data/{key}/2.json", f"/data/{key}/1.xlsx", "/data/nothing/1/"):
        assert client.get(address).status_code == 404


def test_the_catalogue_names_the_versions_as_dcat_3_has_it(client):
    titled("演示甲城（虚构）")
    versions.keep_versions()
    titled("演示乙城（虚构）")
    versions.keep_versions()
    found = json.loads(client.get(reverse("portal:open_data_catalogue")).content)
    register = next(one for one in found["dcat:dataset"] if one["dct:identifier"] == "titles")
    newest, oldest = register["dcat:hasVersion"]
    assert (register["dcat:version"], newest["dcat:version"], oldest["dcat:version"]) == ("2", "2", "1")
    assert register["dcat:hasCurrentVersion"] == {"@id": newest["@id"]}
    assert newest["dcat:previousVersion"] == {"@id": oldest["@id"]}
    assert "dcat:previousVersion" not in oldest
    assert register["dct:modified"] == newest["dct:issued"]
    for one in (newest, oldest):
        assert client.get(one["@id"].removeprefix("http://testserver")).status_code == 200
        for file in one["dcat:distribution"]:
            answer = client.get(file["dcat:downloadURL"]["@id"].removeprefix("http://testserver"))
            assert answer.headers["Content-Type"].partition(";")[0] == file["dcat:mediaType"]
            if "spdx:checksum" in file:
                assert file["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256(answer.content).hexdigest()
    words = json.dumps(found, ensure_ascii=False)
    assert {"dcat", "dct", "foaf", "spdx", "xsd"} == set(found["@context"])
    assert not any(f'"{prefix}:' in words for prefix in ("owl", "adms", "pav"))


def test_older_versions_are_bounded(client, monkeypatch):
    monkeypatch.setattr(versions, "KEPT", 2)
    for number in range(4):
        titled(f"演示{number}城（虚构）")
        versions.keep_versions()
    assert [file_of(client, "titles", number).status_code for number in (1, 2, 3, 4)] == [410, 410, 200, 200]
    page = client.get(reverse("portal:open_version", args=["titles", 1]))
    assert (page.status_code, "不再提供" in page.content.decode()) == (200, True)


def test_an_area_without_its_map_number_goes_out_of_every_version(client):
    first, second = titled("演示甲城（虚构）"), titled("演示乙城（虚构）")
    bounded(first, 1, "沪S〔2024〕001号")
    versions.keep_versions()
    bounded(second, 1, "沪S〔2024〕002号")
    versions.keep_versions()
    assert [file_of(client, "boundaries", number, "geojson").status_code for number in (1, 2)] == [200, 200]
    bounded(second, 2, "")
    assert [file_of(client, "boundaries", number, "geojson").status_code for number in (1, 2)] == [200, 410]  # before the job came
    versions.keep_versions()
    kept = dict(DatasetVersion.objects.filter(dataset="boundaries").values_list("number", "content"))
    assert [kept[number] is None for number in (1, 2, 3)] == [False, True, False]
    answer = file_of(client, "boundaries", 2, "geojson")
    assert (answer.status_code, "演示乙城" in answer.content.decode()) == (410, False)


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_the_same_for_one_and_three(client, number, kept_queries):
    for turn in range(number):
        titled(f"演示{turn}城（虚构）")
        versions.keep_versions()
    with kept_queries("catalogue"):
        client.get(reverse("portal:open_data_catalogue"))
    with kept_queries("version"):
        client.get(reverse("portal:open_version", args=["titles", 1]))
