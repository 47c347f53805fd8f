import datetime as dt
from functools import partial
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents import services, uploads
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.selectors import newest_versions
from greendistrict.documents.tasks import sweep_uploads
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf
from tests.waiting import race


@pytest.fixture
def content():
    return pdf()


@pytest.fixture
def begun(people, district, content):
    return uploads.begin(owner=district, name="报告.pdf", size=len(content), by=people.preparer)


def fresh(one):
    return Upload.objects.get(pk=one.pk)


def send(client, one, offset, data):
    address = reverse("documents:upload", args=[one.key])
    return client.post(address, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


def test_a_file_arrives_piece_by_piece_and_goes_on_where_it_stands(preparer, people, district, content):
    sent = {"owner": f"districts.district:{district.pk}", "name": "报告.pdf", "size": len(content)}
    told = preparer.post(reverse("documents:upload_start"), sent)
    assert told.status_code == 201
    one = Upload.objects.get(key=told.json()["key"])
    assert send(preparer, one, 0, content[:100]).json() == {"offset": 100}
    again = send(preparer, one, 0, content[:100])
    assert (again.status_code, again.json()["offset"]) == (409, 100)
    assert preparer.get(reverse("documents:upload", args=[one.key])).json() == {"offset": 100, "size": len(content)}
    assert send(preparer, one, 100, content[100:]).json() == {"offset": len(content)}
    with uploads.completed(fresh(one)) as file:
        evidence = services.store(owner=district, upload=file, kind="材料", title="", by=people.preparer)
    assert (evidence.size, evidence.original_name) == (len(content), "报告.pdf")
    assert not Upload.objects.exists()


def test_what_a_broken_request_left_is_written_over_and_more_than_was_announced_is_refused(begun, content):
    with pytest.raises(Refused):
        uploads.append(upload=begun, offset=0, stream=BytesIO(content + b"x"))
    assert fresh(begun).received == 0
    uploads.append(upload=begun, offset=0, stream=BytesIO(content[:50]))
    with pytest.raises(uploads.WrongOffset), uploads.completed(fresh(begun)):
        pass  # an incomplete file is not handed over
    with uploads.place_of(begun).open("ab") as file:
        file.write(b"half a piece")
    uploads.append(upload=begun, offset=50, stream=BytesIO(content[50:]))
    assert uploads.place_of(begun).read_bytes() == content


def test_kind_and_size_are_refused_before_a_byte_is_sent(people, district, settings):
    for name, size in (("程序.exe", 10), ("空.pdf", 0), ("大.pdf", settings.GD_UPLOAD_MAX_BYTES + 1)):
        with pytest.raises(Refused):
            uploads.begin(owner=district, name=name, size=size, by=people.preparer)
    assert not Upload.objects.exists()


def test_content_is_inspected_when_it_is_complete(people, district):
    one = uploads.begin(owner=district, name="假.pdf", size=4, by=people.preparer)
    uploads.append(upload=one, offset=0, stream=BytesIO(b"GIF8"))
    with pytest.raises(Refused, match="不是 PDF 文件"), uploads.completed(fresh(one)) as file:
        services.store(owner=district, upload=file, kind="材料", title="", by=people.preparer)
    assert (Upload.objects.exists(), Evidence.objects.exists()) == (False, False)


def test_nobody_else_continues_or_begins(client, people, district, begun, content):
    assert send(client, begun, 0, b"x").status_code == 401, "an expired login is told and not led away"
    for user in (people.reviewer, people.city_officer, people.outsider_preparer):
        client.force_login(user)
        assert send(client, begun, 0, content[:10]).status_code == 404
    with pytest.raises(NotAllowed):
        uploads.begin(owner=district, name="a.pdf", size=9, by=people.reviewer)
    client.force_login(people.outsider_preparer)
    told = client.post(reverse("documents:upload_start"), {"owner": f"districts.district:{district.pk}", "name": "a.pdf", "size": 9})
    assert told.status_code in {403, 404}


def test_what_nobody_completes_is_swept(begun, content):
    uploads.append(upload=begun, offset=0, stream=BytesIO(content[:10]))
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert sweep_uploads() == 0
    with clock.at(clock.now() + dt.timedelta(days=8)):
        assert sweep_uploads() == 1
    assert not uploads.place_of(begun).exists()


def stored(district, by, **kw):
    return services.store(owner=district, upload=SimpleUploadedFile("报告.pdf", pdf()), kind="材料", title="报告", by=by, **kw)


def test_a_version_has_one_successor(people, district):
    first = stored(district, people.preparer)
    second = stored(district, people.preparer, replaces=first)
    with pytest.raises(Refused, match="已有新版"):
        stored(district, people.preparer, replaces=first)
    assert newest_versions(Evidence.objects.all()) == {first.pk: second.pk, second.pk: second.pk}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_people_replacing_at_once_make_one_successor():
    people = cast()
    district = make_district(people)
    first = stored(district, people.preparer)
    told = race(*[partial(stored, district, people.preparer, replaces=first)] * 2)
    [refusal], [made] = ([one for one in told if isinstance(one, Refused) is refused] for refused in (True, False))
    assert (made.version, "已有新版" in str(refusal), first.replaced_by.count()) == (2, True, 1)


def test_files_on_their_way_have_a_quota_in_bytes(people, district, content, settings):
    settings.GD_UPLOAD_MAX_BYTES = len(content)
    for _ in range(10):
        uploads.begin(owner=district, name="报告.pdf", size=len(content), by=people.preparer)
    with pytest.raises(Refused, match="没有传完的文件合计"):
        uploads.begin(owner=district, name="报告.pdf", size=1, by=people.preparer)
