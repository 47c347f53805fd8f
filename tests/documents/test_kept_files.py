"""Files chosen in a form that is refused for something else come back with it, to the same person alone, for a day."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.boundaries.models import Boundary
from greendistrict.core import clock
from greendistrict.documents import kept_files
from greendistrict.documents.models import KeptFile
from greendistrict.documents.tasks import sweep_uploads
from greendistrict.documents.unreferenced import leftovers
from tests.factories.districts import KeyProjectFactory, make_district, square
from tests.outlines import sent

WITHOUT_REASON = {"kind": "plan", "system": "", "reason": "", "map_number": "号" * 41}
GOOD = {"kind": "plan", "system": "", "reason": "首次", "map_number": ""}


@pytest.fixture(autouse=True)
def _folder(media, client, people):
    client.force_login(people.preparer)


def address(district):
    return reverse("districts:boundary_list", args=[district.code])


def boundary(name="范围.geojson"):
    geometry = {"type": "MultiPolygon", "coordinates": [[square(121.5, 31.2, 0.01)]]}
    return SimpleUploadedFile(name, json.dumps(geometry).encode(), content_type="application/geo+json")


def refused(client, district, **more):
    answer = client.post(address(district), {**WITHOUT_REASON, "file": boundary(), **more})
    assert answer.status_code == 422
    return answer.content.decode()


def test_the_file_of_a_refused_form_is_kept_and_taken_by_the_next_sending(client, people, district):
    text = refused(client, district)
    kept = KeptFile.objects.get()
    assert "已选文件：范围.geojson" in text
    assert f'name="file-kept" value="{kept.key}"' in text
    assert 'name="file-kept-drop"' in text
    again = client.post(address(district), {**WITHOUT_REASON, "file-kept": str(kept.key)}).content.decode()
    assert (str(kept.key) in again, KeptFile.objects.get()) == (True, kept), "once, however often the form is refused"
    assert kept_files.place_of(kept).read_bytes() == boundary().read()
    assert sent(client, address(district), {**GOOD, "file-kept": str(kept.key)}).status_code == 302
    assert Boundary.objects.get().file_name == "范围.geojson"
    assert (KeptFile.objects.exists(), kept_files.place_of(kept).exists()) == (False, False)


def test_another_choice_or_the_box_replaces_it(client, people, district):
    refused(client, district)
    first = KeptFile.objects.get()
    assert "已选文件：第二.geojson" in refused(client, district, file=boundary("第二.geojson"), **{"file-kept": str(first.key)})
    second = KeptFile.objects.get()
    assert not kept_files.place_of(first).exists()
    answer = client.post(address(district), {**GOOD, "file-kept": str(second.key), "file-kept-drop": "1"})
    assert (answer.status_code, "请选择范围文件" in answer.content.decode()) == (422, True)
    assert not KeptFile.objects.exists()
    answer = client.post(address(district), {**GOOD, "file": SimpleUploadedFile("坏.geojson", b"{")})
    assert (answer.status_code, "已选文件" in answer.content.decode()) == (422, False)
    assert not KeptFile.objects.exists(), "one that is refused itself is not kept"


def test_nobody_else_and_no_other_form_gets_it(client, people, district):
    refused(client, district)
    key = str(KeptFile.objects.get().key)
    other = make_district(people, name="演示另一城区（虚构）")
    assert client.post(address(other), {**GOOD, "file-kept": key}).status_code == 422
    for asked in ("x", "", key[:-1]):
        assert client.post(address(district), {**GOOD, "file-kept": asked}).status_code == 422
    client.force_login(people.consultant)
    assert client.post(address(district), {**GOOD, "file-kept": key}).status_code == 422, "the consultant edits the same file"
    assert (Boundary.objects.count(), KeptFile.objects.count()) == (0, 1)


def test_it_expires_after_a_day_and_is_swept(client, people, district, media):
    refused(client, district)
    kept = KeptFile.objects.get()
    later = clock.now() + dt.timedelta(hours=25)
    assert leftovers(clock.now() + dt.timedelta(days=30)) == [], "it has a row"
    with clock.at(later):
        assert sweep_uploads() == 1
    assert not any(path.is_file() for path in media.rglob("*"))
    assert client.post(address(district), {**GOOD, "file-kept": str(kept.key)}).status_code == 422


def test_a_person_keeps_a_limited_number(client, people, district, monkeypatch):
    monkeypatch.setattr(kept_files, "MOST", 2)
    for name in ("一.geojson", "二.geojson", "三.geojson"):
        client.post(address(district), {**WITHOUT_REASON, "file": boundary(name)})
    assert list(KeptFile.objects.values_list("name", flat=True)) == ["二.geojson", "三.geojson"]


def test_evidence_comes_back_with_its_confidentiality(client, people, district):
    KeyProjectFactory(district=district)
    page = reverse("districts:project_plan", args=[district.code])
    paper = SimpleUploadedFile("计划.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    answer = client.post(page, {"approved_on": "", "approved_by": "", "upload": paper, "upload-confidentiality": "classified"})
    kept = KeptFile.objects.get()
    assert (answer.status_code, "已选文件：计划.pdf" in answer.content.decode()) == (422, True)
    assert (kept.field, kept.by, kept.page) == ("upload", people.preparer, page)
