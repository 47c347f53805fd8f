"""A refused step leaves no file behind, and a file without its owner is named."""

from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from districts.file.models.district import District
from greendistrict.core import clock, request_id, schedule
from greendistrict.core.errors import Refused
from greendistrict.documents import orphans, services
from greendistrict.documents.blobs import removed_if_unnamed
from greendistrict.documents.models import Evidence, KeptFile
from greendistrict.documents.tasks import check_file_owners
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = pytest.mark.django_db
NUMBERS = count()  # equal contents would be stored once


def files(media):
    """Stored files; one kept for a refused form is none of them."""
    return sorted(path for path in media.rglob("*") if path.is_file() and path.suffix != ".kept")


def scan(content=None):
    return SimpleUploadedFile("scan.pdf", content or pdf() + b"%%%d" % next(NUMBERS), "application/pdf")


def keep(district, by, **kw):
    return services.store(owner=district, upload=scan(), kind="演示", title="材料", by=by, **kw)


def replaced_twice(district, by):
    first = keep(district, by)
    for _ in range(2):
        keep(district, by, replaces=first)


def test_a_refusal_after_the_first_scan_leaves_none(client, media):
    """批复 is a good scan and is stored, 报送函 is none and is refused: both are gone with the transaction."""
    filing = Filing().to_endorsing()
    before, today = files(media), clock.today().isoformat()
    authority = filing.people.authority
    client.force_login(authority)
    typed = {
        "version": filing.case.version, "authority": filing.people.authority_body.pk, "approval_number": "演府〔2026〕1号",
        "approval_on": today, "letter_number": "演函〔2026〕2号", "letter_on": today,
    }  # fmt: skip
    where = reverse("approvals:case_endorse", args=[filing.case.pk])
    evidence = Evidence.objects.count()
    refused = client.post(where, {**typed, "approval_scan": scan(), "letter_scan": scan(b"%PDF-1.7 not a document")})
    assert refused.status_code in {409, 422}
    assert not filing.case.endorsements.exists()
    assert (Evidence.objects.count(), files(media)) == (evidence, before)
    kept = set(KeptFile.objects.values_list("field", flat=True))
    assert kept == {"approval_scan"}, "the damaged one is told at its field, the good one waits for the next sending"
    taken = client.post(where, {**typed, "approval_scan": scan(), "letter_scan": scan()})
    assert taken.status_code == 302
    assert len(files(media)) == len(before) + 2


def test_files_are_judged_by_their_rows_not_by_the_error(media):
    people = cast()
    district = make_district(people)
    with removed_if_unnamed():
        with transaction.atomic():
            kept = keep(district, people.preparer)
        with pytest.raises(Refused, match="已有新版"), transaction.atomic():
            replaced_twice(district, people.preparer)
        assert len(files(media)) == 3, "removed at the end, when rows are settled"
    assert [path.name for path in files(media)] == [str(kept.key)]
    with removed_if_unnamed(), removed_if_unnamed():
        keep(district, people.preparer)
    assert len(files(media)) == Evidence.objects.count() == 2


def test_the_nightly_job_names_files_whose_owner_is_gone(client, media, kept_queries):
    people = cast()
    district, other = make_district(people), make_district(people)
    for owner in (district, district, other):
        keep(owner, people.preparer)
    with kept_queries():  # owners, one kind of them
        assert orphans.orphans() == []
    assert orphans.check() == 3
    gone = f"{District._meta.label_lower}:{other.pk + 1000}"
    Evidence.objects.filter(owner=f"{District._meta.label_lower}:{other.pk}").update(owner=gone)
    Evidence.objects.filter(pk=Evidence.objects.earliest("pk").pk).update(owner="nobody.knows:x")
    assert [owner for owner, _ in orphans.orphans()] == [gone, "nobody.knows:x"]
    schedule._written.clear()
    assert not check_file_owners.apply().successful()
    assert request_id.current() == ""  # of the job, which is over
    client.force_login(people.system_keeper)
    page = client.get(reverse("portal:operations")).content.decode()
    assert "核对材料归属" in page
    assert f"2份材料的归属已不存在：{gone}《材料》" in page
