import datetime as dt
import hashlib
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents import registry, services
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key, evidence_of
from tests.factories.districts import file_case, make_district
from tests.files import docx, exif_jpeg, pdf

pytestmark = pytest.mark.django_db


def upload(name="报告.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def stored(district, by, **kw):
    return services.store(
        owner=district, upload=kw.pop("upload", None) or upload(), kind="plan", title=kw.pop("title", "专项规划"), by=by, **kw
    )


def kept(evidence):
    with evidence.file.open("rb") as stream:
        return stream.read()


def fetch(client, evidence, **query):
    """Status, headers and content of a download; the test client closes the file when it is read to its end."""
    response = client.get(reverse("documents:download", args=[evidence.key]), query)
    return response.status_code, response.headers, response.getvalue()


def test_stored_file_has_digest_owner_and_a_name_of_its_own(people, district):
    evidence = stored(district, people.preparer)
    evidence.refresh_from_db()
    assert evidence.sha256 == hashlib.sha256(kept(evidence)).hexdigest()
    assert stored(district, people.preparer, title="").title == "报告.pdf", "without a title its name"
    assert (evidence.owner, evidence.version, evidence.is_demo) == (f"districts.district:{district.pk}", 1, True)
    assert (evidence.original_name, evidence.title, evidence.content_type) == ("报告.pdf", "专项规划", "application/pdf")
    path = Path(evidence.file.path)
    assert path.name == str(evidence.key)
    assert path.stat().st_mode & 0o777 == 0o600
    told = {"owner": evidence.owner, "sha256": evidence.sha256, "confidentiality": "internal"}
    assert AuditRecord.objects.filter(action="documents.store").earliest("pk").data == told


def test_who_may_not_add_is_refused_and_nothing_is_kept(people, district):
    for seat in ("outsider_preparer", "partner", "city_officer", "expert1", "audit_keeper"):
        with pytest.raises(NotAllowed, match="您不能在这里上传材料"):
            stored(district, people.everybody[seat])
    assert Evidence.objects.count() == 0


def test_a_bad_or_large_file_and_a_validity_that_ends_before_it_begins_are_refused_and_leave_no_row(people, district, settings):
    with pytest.raises(Refused, match="不是 PDF 文件"):
        stored(district, people.preparer, upload=upload(content=b"MZ"))
    with pytest.raises(Refused, match="有效期止不能早于有效期起"):
        stored(district, people.preparer, valid_from=dt.date(2026, 2, 1), valid_to=dt.date(2026, 1, 1))
    settings.GD_UPLOAD_MAX_BYTES = 100
    with pytest.raises(Refused, match="请压缩或拆分后上传"):
        stored(district, people.preparer)
    assert Evidence.objects.count() == 0


def test_new_version_follows_the_one_it_replaces(people, district):
    first = stored(district, people.preparer)
    second = stored(district, people.preparer, upload=upload("新报告.docx", docx()), replaces=first)
    assert (second.version, second.replaces) == (2, first)
    assert list(evidence_of(district)) == [second, first]
    other = stored(make_district(people), people.preparer)
    with pytest.raises(Refused, match="不属于这里"):
        stored(district, people.preparer, replaces=other)


def test_photograph_is_kept_without_camera_and_place(people, district):
    evidence = stored(district, people.preparer, upload=upload("照片.jpg", exif_jpeg()))
    content = kept(evidence)
    assert (b"Demo camera" in content, evidence.size) == (False, len(content))


SEES = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "authority", "bureau"}
SEES |= {"preparer", "reviewer", "consultant"}


def test_download_is_for_those_who_see_the_owner_and_is_audited(client, people, district):
    file_case(district)
    evidence = stored(district, people.preparer)
    url = reverse("documents:download", args=[evidence.key])
    assert client.get(url).url.startswith(reverse("accounts:login"))
    for seat, user in people.everybody.items():
        client.force_login(user)
        status, _, _ = fetch(client, evidence)
        assert status == (200 if seat in SEES else 404), seat
        assert (evidence_by_key(Viewer(user), evidence.key) is not None) == (seat in SEES), seat
    assert AuditRecord.objects.filter(action="documents.download", data__sha256=evidence.sha256).count() == len(SEES)
    assert client.get(reverse("documents:download", args=[uuid.uuid4()])).status_code == 404, "there is none"


def test_download_sends_headers_that_keep_a_file_a_file(preparer, people, district):
    evidence = stored(district, people.preparer)
    url = reverse("documents:download", args=[evidence.key])
    _, headers, content = fetch(preparer, evidence)
    assert hashlib.sha256(content).hexdigest() == evidence.sha256
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.pdf"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    shown = fetch(preparer, evidence, view="1")[1]
    assert (shown["Content-Disposition"][:6], shown["X-Frame-Options"]) == ("inline", "SAMEORIGIN"), "in a frame of the portal only"
    assert shown["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert preparer.post(url).status_code == 405
    office = stored(district, people.preparer, upload=upload("方案.docx", docx()))
    assert fetch(preparer, office, view="1")[1]["Content-Disposition"].startswith("attachment"), "never shown in the page"


def test_every_owner_of_files_is_registered_with_both_rules():
    labels = {owner.model._meta.label_lower for owner in registry.owners()}
    assert {"districts.district", "reports.exportjob"} <= labels
    with pytest.raises(KeyError):
        registry.owner_of("nothing.here")


def test_made_file_is_kept_with_its_mark(people, district):
    told = {"name": "a.xlsx", "content_type": "application/x", "kind": "made", "title": "台账"}
    made = services.store_bytes(owner=district, content=b"x", demo=True, **told)
    assert (made.uploaded_by, made.is_demo, made.size) == (None, True, 1)
