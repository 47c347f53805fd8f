"""A backup and its restoring read files, dump, anchors and list piece by piece: ten times as much takes the same memory."""

import os

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from greendistrict.audit import anchors
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from portal.backup import restoring, services
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.memory import growth_during

pytestmark = [pytest.mark.area("portal/backup"), pytest.mark.django_db(transaction=True)]
MB = 1024 * 1024
SLACK = 15 * MB
BALLAST = """
    CREATE TABLE backup_ballast AS
    SELECT n, (SELECT string_agg(md5(random()::text || n || i), '') FROM generate_series(1, 32) AS i) AS text
    FROM generate_series(1, %s) AS n
"""
MANY = """
    INSERT INTO documents_evidence (key, owner, kind, title, original_name, file, content_type, size, sha256, version, uploaded_at, is_demo,
        confidentiality, scan, virus)
    SELECT gen_random_uuid(), owner, kind, title, original_name, 'evidence/none/' || lpad(n::text, 150, 'x'), content_type, size, sha256,
        version, uploaded_at, is_demo, confidentiality, scan, virus
    FROM documents_evidence, generate_series(1, %s) AS n WHERE id = %s
"""


@pytest.fixture
def place(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ANCHOR_DIR = str(tmp_path / "anchors")
    yield tmp_path
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS backup_ballast")


def fill(times):
    """A long file, a long table, a long file of anchors: so many times 4 MB of each, nothing of it can be compressed to nothing."""
    if times == 1:
        district = make_district(cast())
        store_bytes(owner=district, content=b"%PDF-" + os.urandom(4 * MB), name="a.pdf", content_type="application/pdf", kind="", title="")
    else:
        row = Evidence.objects.latest("pk")
        default_storage.delete(row.file.name)
        default_storage.save(row.file.name, ContentFile(os.urandom(times * 4 * MB)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS backup_ballast")
        cursor.execute(BALLAST, [times * 4 * 1000])
    anchors.path().parent.mkdir(exist_ok=True)
    anchors.path().write_bytes(b"x" * (times * 4 * MB))


def test_ten_times_as_much_takes_the_same_memory(place):
    identity = pyrage.x25519.Identity.generate()
    grown, read, made = {}, {}, []
    for times in (1, 10):
        fill(times)
        folder = place / f"backups{times}"
        grown[times] = growth_during(lambda folder=folder: made.append(services.make(folder, recipient=str(identity.to_public()))))

        def take(name, source, size, folder=folder):
            if name.startswith("media/"):
                restoring._store(f"back/{folder.name}/{name}", source, size, [])

        read[times] = growth_during(lambda path=made[-1].path: restoring.check(path, [identity], take=take))
    small, large = (one.size for one in made)
    assert large > 6 * small > 20 * MB, "the larger one is large"
    assert grown[10] - grown[1] < SLACK, grown
    assert read[10] - read[1] < SLACK, read


def test_ten_thousand_members_take_the_same_memory_as_a_thousand(place):
    """The library that writes archives would keep a line for each."""
    district = make_district(cast())
    row = store_bytes(owner=district, content=b"%PDF-", name="a.pdf", content_type="application/pdf", kind="", title="")
    grown = {}
    for many in (1_000, 20_000):
        with connection.cursor() as cursor:
            cursor.execute(MANY, [many, row.pk])
        folder = place / "media" / "evidence" / "none"
        folder.mkdir(parents=True, exist_ok=True)
        for name in Evidence.objects.filter(file__startswith="evidence/none/").values_list("file", flat=True).iterator():
            path = place / "media" / name
            if not path.exists():
                path.touch()
        grown[many] = growth_during(lambda many=many: services.make(place / f"b{many}"))
        Evidence.objects.filter(file__startswith="evidence/none/").delete()
    assert grown[20_000] - grown[1_000] < SLACK, grown
