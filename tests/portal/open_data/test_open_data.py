"""Open data: files contain exactly what the pages show; dictionary, catalogue, versions."""

import csv
import datetime as dt
import hashlib
import json
import re
from io import BytesIO, StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape
from openpyxl import load_workbook

from approvals.common.enums import TitleKind
from approvals.titles.enums import HolderSide
from approvals.titles.models.publicity import Announcement, Title
from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, Certainty, Stage
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.problems import MEDIA_TYPE
from portal.open_data import versions
from portal.open_data.catalogue import UNSTATED
from portal.open_data.datasets import DATASETS
from portal.open_data.models import DatasetVersion
from portal.open_data.versions import digest_of
from reports.city.published import PUBLISHED, UNCLEAR
from tests.factories.changes_of_names import follow, rename
from tests.factories.districts import DistrictFactory, make_district, square
from tests.factories.received import at
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
FILES = [(key, kind) for key, dataset in DATASETS.items() for kind in dataset.formats]


DAY = dt.date(2024, 6, 11)


def titled(name, announcement=None, **more):
    """A district with its title, which may be named in an announcement."""
    district = make_district(name=name, **{"stage": Stage.PILOT, "star": 2, "titled_on": DAY, "title_batch": "2024年第五批", **more})
    common = {"kind": TitleKind.PILOT, "granted_on": DAY, "historic": True, "policy": "演示"}
    Title.objects.create(district=district, announcement=announcement, **common)
    return district


def bounded(district, number, map_number):
    Boundary.objects.create(
        district=district, kind=BoundaryKind.PLAN, number=number, geometry=square(121.4, 31.2), area_km2="1.0", points=5, file_name="a",
        format="GeoJSON", system="WGS84", sha256=str(number) * 64, reason="演示", map_number=map_number, entered_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def world():
    """A real and an invented district with titles, a batch, a candidate that nobody may see, boundaries with and without 审图号."""
    batch = Announcement.objects.create(year=2024, batch=5, title="公告", status="published", announced_on=DAY)
    real = titled("桃浦智创城", batch, is_demo=False, sources=["x"], area_km2="4.20", status_certainty=Certainty.INFERRED)
    demo = titled("=演示甲城（虚构）")
    DistrictFactory(name="演示草稿城（虚构）")
    bounded(real, 1, "沪S〔2024〕001号")
    bounded(demo, 1, "")
    return real, demo


def taken(client, key, kind, query=""):
    return client.get(reverse("portal:open_data_file", args=[key, kind]) + query)


@pytest.mark.parametrize(("key", "kind"), FILES)
def test_every_file_of_every_set_is_there_with_the_fields_of_its_dictionary(client, world, key, kind):
    answer, fields = taken(client, key, kind), DATASETS[key].fields
    assert answer.status_code == 200
    assert not answer.cookies
    assert "filename*=" in answer.headers["Content-Disposition"]
    if kind == "csv":
        assert next(csv.reader(StringIO(answer.content.decode("utf-8-sig")))) == [field.key for field in fields]
    elif kind == "json":
        assert all(list(record) == [field.key for field in fields] for record in json.loads(answer.content)["records"])
    elif kind == "xlsx":
        sheet = load_workbook(BytesIO(answer.content)).active
        assert [cell.value for cell in sheet[3]] == ["序号", *(field.label for field in fields)]
    else:
        assert [list(one["properties"]) for one in json.loads(answer.content)["features"]] == [[field.key for field in fields]]
    assert "草稿" not in answer.content.decode("utf-8", errors="ignore")


def test_the_register_is_that_of_the_page_under_its_conditions(client, world):
    page = client.get(reverse("portal:register") + "?kind=real&utm_source=x&q=").content.decode()
    assert re.findall(r'href="(/data/titles\.csv[^"]*)"', page) == ["/data/titles.csv?kind=real"], (
        "only conditions of the form are handed on"
    )
    for query in ("", "?kind=real", "?q=taopu", "?title=demonstration"):
        context = client.get(reverse("portal:register") + query).context
        shown = [row.name for row in (*context["register"], *context["demo_register"])]
        records = json.loads(taken(client, "titles", "json", query).content)["records"]
        assert [record["name"] for record in records] == shown
    first = json.loads(taken(client, "titles", "json", "?kind=real").content)["records"][0]
    assert (first["km2"], first["title_inferred"], first["announced_on"], first["is_demo"]) == ("4.2", True, "2024-06-11", False)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/data/titles.csv?kind=real&colour=green", "参数不存在：colour。可用的参数：q、"),
        ("/data/titles.csv?star=9", "参数star的值不可用"),
        ("/data/titles.csv?star=3&star=2", "参数只能写一次：star"),
        ("/data/scores.csv?year=2025", "参数不存在：year。这个地址没有参数"),
        ("/data/boundaries.geojson?bbox=1,2,3,4", "参数不存在：bbox。这个地址没有参数"),
        ("/data/titles.csv?on=2024-02-30", "参数on的值不可用："),
        ("/data/title-history.json?on=2099-01-01", "参数on的值不可用：日期不能晚于今天"),
        ("/data/title-holders.json?kind=real", "参数不存在：kind。可用的参数：on"),
        ("/data/scores.csv?on=2024-12-31", "参数不存在：on。这个地址没有参数"),
    ],
)
def test_a_parameter_that_would_be_ignored_is_refused(client, address, told):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)
    assert answer.json()["detail"].startswith(told)
    for nowhere in ("/data/nothing/", "/data/nothing.csv", "/data/titles.geojson", "/data/boundaries.csv"):
        assert client.get(nowhere).status_code == 404


def test_a_name_is_never_a_formula_and_an_ended_title_stays_in_the_history(client, world):
    title = Title.objects.get(district=world[1])
    title.end, title.ended_on = "revoked", dt.date(2025, 1, 2)
    title.save()
    record = next(one for one in json.loads(taken(client, "title-history", "json").content)["records"] if one["id"] == title.pk)
    assert (record["state"], record["ended_on"]) == (title.state_word, "2025-01-02")
    rows = list(csv.reader(StringIO(taken(client, "titles", "csv", "?kind=demo").content.decode("utf-8-sig"))))
    assert rows[1][1] == "'=演示甲城（虚构）"
    sheet = load_workbook(BytesIO(taken(client, "titles", "xlsx", "?kind=demo").content)).active
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("=演示甲城（虚构）", "s")


def test_only_a_boundary_with_its_map_number_is_published(client, world):
    found = json.loads(taken(client, "boundaries", "geojson").content)
    assert [one["id"] for one in found["features"]] == [world[0].code]
    bounded(world[0], 2, "")
    assert json.loads(taken(client, "boundaries", "geojson").content)["features"] == []  # the newest counts, and it has none


def test_the_history_marks_an_inferred_title_and_tells_its_time_as_the_register_does(client):
    call_command("load_districts", stdout=StringIO())
    call_command("load_titles", stdout=StringIO())
    register = {one["district"]: one for one in json.loads(taken(client, "titles", "json").content)["records"]}
    history = {one["district"]: one for one in json.loads(taken(client, "title-history", "json").content)["records"] if not one["ended_on"]}
    told = ("title_inferred", "title", "star", "number")
    assert {key: [history[key][name] for name in told] for key in register} == {
        key: [one[name] for name in told] for key, one in register.items()
    }
    assert history["ruihong"]["title_inferred"] is True
    assert {key: history[key]["announcement"] for key in register} == {key: one["batch"] for key, one in register.items()}


def records_on(client, key, on, kind="json"):
    return json.loads(taken(client, key, kind, f"?on={on}").content)["records"]


def test_a_past_day_is_answered_by_titles_names_and_bodies_of_that_day(people, client, settings):
    settings.PUBLIC_CACHE_SECONDS = 30
    district = make_district(people, name="演示丙城（虚构）", area_km2="2.00")
    with clock.at(at(2024, 6, 11)):
        pilot = give_title(district, star=1, granted_on=dt.date(2024, 6, 11))
    with clock.at(at(2025, 3, 1)):
        give_title(district, TitleKind.DEMONSTRATION, star=3, granted_on=dt.date(2025, 3, 1))
    with clock.at(at(2025, 9, 1)):
        rename(people, district, "演示新丙城（虚构）")
        follow(people, district, dt.date(2025, 9, 1), HolderSide.APPLICANT)
    Title.objects.filter(district=district, end="").update(end="revoked", ended_on=dt.date(2026, 2, 1))
    District.objects.filter(pk=district.pk).update(stage=Stage.REVOKED, star=None, titled_on=None, title_batch="")
    days = {
        "2024-06-10": [],
        "2024-06-11": [("演示丙城（虚构）", "试点", "一星级", "2024-06-11")],
        "2025-03-01": [("演示丙城（虚构）", "示范", "三星级", "2025-03-01")],
        "2026-01-31": [("演示新丙城（虚构）", "示范", "三星级", "2025-03-01")],
        "2026-02-01": [],
    }
    with clock.at(at(2026, 5, 1)):
        for on, told in days.items():
            found = records_on(client, "titles", on)
            assert [(one["name"], one["title"], one["star"], one["announced_on"]) for one in found] == told
            shown = client.get(reverse("portal:register"), {"on": on, "title": "demonstration"}).content.decode()
            assert (told[0][0] in shown) if told and told[0][1] == "示范" else "演示丙城" not in shown
        history = records_on(client, "title-history", "2024-12-31")
        assert [(one["id"], one["state"], one["ended_on"]) for one in history] == [(pilot.pk, "有效", None)]
        assert [one["state"] for one in records_on(client, "title-history", "2026-05-01")] == ["已转为示范", "撤销"]
        assert records_on(client, "title-holders", "2025-08-31") == []
        assert [one["until"] for one in records_on(client, "title-holders", "2025-09-01")] == ["2025-08-31", None]
        assert client.get(reverse("portal:register"), {"on": "2026-05-02"}).status_code == 400
        assert json.loads(taken(client, "titles", "json", "?on=2025-03-01").content)["on"] == "2025-03-01"


def test_today_as_a_day_is_the_register_of_today(client):
    call_command("load_districts", stdout=StringIO())
    call_command("load_titles", stdout=StringIO())
    today = clock.today().isoformat()
    for query in ("", "&title=pilot", "&star=2&kind=real"):
        now = json.loads(taken(client, "titles", "json", f"?{query}").content)["records"]
        assert records_on(client, "titles", today + query) == now
        assert now
    for key in ("title-history", "title-holders"):
        assert records_on(client, key, today) == json.loads(taken(client, key, "json").content)["records"]


def test_whoever_has_this_version_is_not_sent_it_again(client, world):
    address = reverse("portal:open_data_file", args=["titles", "json"])
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    before = digest_of(DATASETS["titles"])
    titled("演示乙城（虚构）")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert digest_of(DATASETS["titles"]) != before


def test_the_catalogue_leads_to_every_file(client, world, settings):
    answer = client.get(reverse("portal:open_data_catalogue"))
    assert answer.headers["Content-Type"] == "application/ld+json"
    found = json.loads(answer.content)
    assert [one["dct:identifier"] for one in found["dcat:dataset"]] == list(DATASETS)
    files = [one for dataset in found["dcat:dataset"] for one in dataset["dcat:distribution"]]
    assert len(files) == len(FILES)
    assert found["dcat:service"][0]["dcat:endpointURL"]["@id"] == "http://testserver/ogc/"
    for one in files:
        path = one["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].partition(";")[0] == one["dcat:mediaType"]
        assert one["dct:license"]["dct:description"] == UNSTATED
    about = {one["dct:identifier"]: one for one in found["dcat:dataset"]}
    assert {one["dct:license"]["dct:description"] for one in about.values()} == {UNSTATED}
    assert {one["dct:accrualPeriodicity"]["@id"].rpartition("/")[2] for one in about.values()} == {"UPDATE_CONT", "IRREG"}
    assert [[theme["@id"][-4:] for theme in about[key]["dcat:theme"]] for key in ("titles", "boundaries")] == [["ENVI"], ["ENVI", "REGI"]]
    settings.OPEN_DATA_LICENCE = "上海市公共数据开放许可（演示）"
    assert "上海市公共数据开放许可（演示）" in client.get(reverse("portal:open_data")).content.decode()


@pytest.mark.parametrize(
    ("office", "ways"),
    [
        ({}, {}),
        ({"处室": "演示处室（虚构）"}, {"vcard:fn": "演示处室（虚构）"}),
        (
            {"电话": "021-0000 0000", "邮箱": "a@example.invalid"},
            {"vcard:hasTelephone": {"@id": "tel:021-00000000"}, "vcard:hasEmail": {"@id": "mailto:a@example.invalid"}},
        ),
    ],
)
def test_the_catalogue_names_whom_to_ask_as_far_as_it_is_stated(client, settings, office, ways):
    settings.CONTACT_OFFICE = {**dict.fromkeys(settings.CONTACT_OFFICE, ""), **office}
    settings.SITE_FOOTER = {**settings.SITE_FOOTER, "主办单位": "演示主办（虚构）"}
    found = json.loads(client.get(reverse("portal:open_data_catalogue")).content)["dcat:dataset"]
    expected = {"@type": "vcard:Organization", "vcard:fn": "演示主办（虚构）", "vcard:hasURL": {"@id": "http://testserver/"}}
    assert [one["dcat:contactPoint"] for one in found] == [{**expected, **ways}] * len(DATASETS)


def test_breaks_of_the_published_series_are_named_year_by_year_on_the_page_and_in_the_file(client):
    page = client.get(reverse("portal:published_counts")).content.decode()
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    shown = [tuple(cell.strip() for cell in row) for row in rows if "年底" in row[0]]
    assert shown == [(f"{one.year}年底", str(one.count), one.area_words, one.covers, one.gap, one.source) for one in PUBLISHED]
    assert "含储备" in PUBLISHED[0].gap
    for before, one in pairwise(PUBLISHED):
        assert f"{before.year}年底" in one.gap
        assert ("约数" in one.gap) == (one.about != before.about)
    assert shown[-1][1:4] == ("37", "约89.38", "“已成功建设37个绿色生态城区，总用地规模约89.38平方公里”，试点与示范未分列")
    records = json.loads(taken(client, "published-counts", "json").content)["records"]
    assert [one["year"] for one in records] == [2022, 2023, 2024]
    assert [one[name] for one in records for name in ("covers", "gap", "source") if not one[name] or escape(one[name]) not in page] == []
    assert UNCLEAR in page
    assert UNCLEAR in client.get(reverse("portal:open_dataset", args=["published-counts"])).content.decode()


def file_of(client, key, number, kind="json"):
    return client.get(reverse("portal:open_version_file", args=[key, number, kind]))


def test_each_change_makes_one_version_and_no_change_none(client):
    titled("演示甲城（虚构）")
    assert versions.keep_versions() == len(DATASETS)
    assert versions.keep_versions() == 0
    current = taken(client, "titles", "json").content
    titled("演示乙城（虚构）")
    assert versions.keep_versions() == 2  # the register and its history
    first, second = DatasetVersion.objects.filter(dataset="titles").order_by("number")
    assert (first.number, first.row_count, second.number, second.row_count) == (1, 1, 2, 2)
    assert file_of(client, "titles", 1).content == current
    assert hashlib.sha256(current).hexdigest() == first.digest
    assert file_of(client, "titles", 2).content == taken(client, "titles", "json").content
    csv = taken(client, "titles", "csv").content
    assert file_of(client, "titles", 2, "csv").content == csv
    page = client.get(reverse("portal:open_dataset", args=["titles"])).content.decode()
    assert all(address in page for address in ("/data/titles/1/", "/data/titles/2/"))
    assert second.digest in page
    assert first.digest in client.get(reverse("portal:open_version", args=["titles", 1])).content.decode()


def test_every_set_has_its_dictionary_and_versions_in_its_formats(client):
    bounded(titled("演示甲城（虚构）"), 1, "沪S〔2024〕001号")
    versions.keep_versions()
    for key, dataset in DATASETS.items():
        page = client.get(reverse("portal:open_dataset", args=[key])).content.decode()
        assert all(field.key in page and field.label in page for field in dataset.fields)
        for kind in versions.FORMATS[key]:
            assert file_of(client, key, 1, kind).content == taken(client, key, kind).content
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
    assert {"dcat", "dct", "foaf", "spdx", "vcard", "xsd"} == set(found["@context"])
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
