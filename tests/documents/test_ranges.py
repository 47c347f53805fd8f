"""Parts of a file: the viewer reads a large paper page by page."""

import pytest
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.documents import services
from greendistrict.documents.ranges import ByteRange, UnsatisfiableError, asked_part

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def paper(district):
    told = {"name": "规划.pdf", "content_type": "application/pdf", "kind": "plan", "title": "专项规划"}
    return services.store_bytes(owner=district, content=CONTENT, **told)


PARTS = {
    "": None, "bytes=0-99": (0, 99), "bytes=100-": (100, 999), "bytes=-10": (990, 999), "bytes=-5000": (0, 999),
    "bytes=990-5000": (990, 999), "Bytes=7-7": (7, 7), "bytes=0-1,5-6": None, "bytes=9-2": None, "bytes=-": None,
    "bytes=a-b": None, "items=0-1": None, f"bytes={'9' * 19}-": None,
}  # fmt: skip


def test_one_part_is_understood_everything_else_is_the_whole_and_a_part_behind_the_end_is_refused():
    assert {header: asked_part(header, 1000) for header in PARTS} == {header: part and ByteRange(*part) for header, part in PARTS.items()}
    for header, size in (("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=-1", 0)):
        with pytest.raises(UnsatisfiableError):
            asked_part(header, size)


def test_a_part_is_sent_with_its_place_and_the_headers_of_the_whole(preparer, paper):
    address = reverse("documents:download", args=[paper.key])
    whole = preparer.get(address, {"view": "1"})
    assert (whole.status_code, whole["Accept-Ranges"], whole.getvalue()) == (200, "bytes", CONTENT)
    part = preparer.get(address, {"view": "1"}, headers={"Range": "bytes=70000-199999"})
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, f"bytes 70000-199999/{len(CONTENT)}", "130000")
    assert part.getvalue() == CONTENT[70000:200000]
    same = ["Content-Security-Policy", "X-Frame-Options", "Cache-Control", "Content-Type", "Content-Disposition", "X-Content-Type-Options"]
    assert [part[name] for name in same] == [whole[name] for name in same]
    kept = preparer.get(address, headers={"Range": "bytes=0-0"})
    assert (kept.getvalue(), kept["Content-Disposition"][:10]) == (b"\x00", "attachment")
    beyond = preparer.get(address, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


def test_parts_that_are_read_one_after_another_are_one_download(client, people, paper):
    address = reverse("documents:download", args=[paper.key])

    def asked(user, *headers):
        client.force_login(user)
        before = AuditRecord.objects.filter(action="documents.download").count()
        for header in headers:
            client.get(address, headers={"Range": header} if header else {}).getvalue()
        return AuditRecord.objects.filter(action="documents.download").count() - before

    assert asked(people.preparer, "bytes=5-9") == 1, "a part alone is a download"
    assert asked(people.preparer, "bytes=10-19", "bytes=0-9") == 0
    assert asked(people.preparer, "", "") == 2, "a whole file always is"
    assert asked(people.reviewer, "", "bytes=10-19") == 1
    client.force_login(people.outsider_preparer)
    assert client.get(address, headers={"Range": "bytes=0-9"}).status_code == 404
