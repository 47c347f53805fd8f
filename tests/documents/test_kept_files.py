"""Files chosen in a form that is refused for something else come back with it, to the same person alone, for a day."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from districts.boundaries.models import Boundary
from greendistrict.core import clock
from greendistrict.documents import kept_files
from greendistrict.documents.models import KeptFile
from greendistrict.documents.tasks import sweep_uploads
from greendistrict.documents.unreferenced import leftovers
from tests.factories.districts import make_district, square

pytestmark = pytest.mark.django_db
WITHOUT_REASON = {"kind": "plan", "system": "", "reason": "", "map_number": "号" * 41}
GOOD = {"kind": "plan", "system": "", "reason": "首次", "map_number": ""}


@pytest.fixture(autouse=True)
def media(tmp_path):
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


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
    client.force_login(people.preparer)
    text = refused(client, district)
    kept = KeptFile.objects.get()
    assert "已选文件：范围.geojson" in text
    assert f'name="file-kept" value="{kept.key}"' in text
    assert 'name="file-kept-drop"' in text
    assert kept_files.place_of(kept).read_bytes() == boundary().read()
    assert client.post(address(district), {**GOOD, "file-kept": str(kept.key)}).status_code == 302
    assert Boundary.objects.get().file_name == "范围.geojson"
    assert not KeptFile.objects.exists()
    assert not kept_files.place_of(kept).exists()


def test_it_is_kept_once_however_often_the_form_is_refused(client, people, district):
    client.force_login(people.preparer)
    refused(client, district)
    kept = KeptFile.objects.get()
    for _ in range(2):
        answer = client.post(address(district), {**WITHOUT_REASON, "file-kept": str(kept.key)})
        assert str(kept.key) in answer.content.decode()
    assert KeptFile.objects.get() == kept


def test_another_choice_or_the_box_replaces_it(client, people, district):
    client.force_login(people.preparer)
    refused(client, district)
    first = KeptFile.objects.get()
    text = client.post(
        address(district), {**WITHOUT_REASON, "file": boundary("第二.geojson"), "file-kept": str(first.key)}
    ).content.decode()
    assert "已选文件：第二.geojson" in text
    second = KeptFile.objects.get()
    assert not kept_files.place_of(first).exists()
    answer = client.post(address(district), {**GOOD, "file-kept": str(second.key), "file-kept-drop": "1"})
    assert answer.status_code == 422
    assert "请选择范围文件" in answer.content.decode()
    assert not KeptFile.objects.exists()


def test_a_file_that_is_refused_itself_is_not_kept(client, people, district):
    client.force_login(people.preparer)
    broken = SimpleUploadedFile("坏.geojson", b"{")
    answer = client.post(address(district), {**GOOD, "file": broken})
    assert answer.status_code == 422
    assert "已选文件" not in answer.content.decode()
    assert not KeptFile.objects.exists()


def test_nobody_else_and_no_other_form_gets_it(client, people, district):
    client.force_login(people.preparer)
    refused(client, district)
    key = str(KeptFile.objects.get().key)
    other = make_district(people, name="演示另一城区（虚构）")
    assert client.post(address(other), {**GOOD, "file-kept": key}).status_code == 422
    for asked in ("x", "", key[:-1]):
        assert client.post(address(district), {**GOOD, "file-kept": asked}).status_code == 422
    client.force_login(people.consultant)
    assert client.post(address(district), {**GOOD, "file-kept": key}).status_code == 422, "the consultant edits the same file"
    assert not Boundary.objects.exists()
    assert KeptFile.objects.count() == 1


def test_it_expires_after_a_day_and_is_swept(client, people, district, media):
    client.force_login(people.preparer)
    refused(client, district)
    kept = KeptFile.objects.get()
    later = clock.now() + dt.timedelta(hours=25)
    assert leftovers(clock.now() + dt.timedelta(days=30)) == [], "it has a row"
    with clock.at(later):
        assert sweep_uploads() == 1
    assert not any(path.is_file() for path in Path(media).rglob("*"))
    assert client.post(address(district), {**GOOD, "file-kept": str(kept.key)}).status_code == 422


def test_a_person_keeps_a_limited_number(client, people, district, monkeypatch):
    monkeypatch.setattr(kept_files, "MOST", 2)
    client.force_login(people.preparer)
    for name in ("一.geojson", "二.geojson", "三.geojson"):
        client.post(address(district), {**WITHOUT_REASON, "file": boundary(name)})
    assert list(KeptFile.objects.values_list("name", flat=True)) == ["二.geojson", "三.geojson"]


def test_evidence_comes_back_with_its_confidentiality(client, people, district):
    from tests.factories.districts import KeyProjectFactory

    KeyProjectFactory(district=district)
    client.force_login(people.preparer)
    page = reverse("districts:project_plan", args=[district.code])
    paper = SimpleUploadedFile("计划.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    answer = client.post(page, {"approved_on": "", "approved_by": "", "upload": paper, "upload-confidentiality": "classified"})
    assert answer.status_code == 422
    kept = KeptFile.objects.get()
    text = answer.content.decode()
    assert "已选文件：计划.pdf" in text
    assert (kept.field, kept.by, kept.page) == ("upload", people.preparer, page)
