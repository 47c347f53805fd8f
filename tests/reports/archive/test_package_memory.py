"""The package of a volume is made piece by piece: its memory grows neither with the size of the files nor with their number."""

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from reports.archive.models import ArchiveItem
from reports.jobs import services
from reports.jobs.requests import request_report
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.reports.archive.world import bare_volume, set_fonds
from tools.bench.server import resident

MIB = 1024 * 1024
LARGE, MANY = 16 * MIB, 4


def with_files(volume, size):
    """The volume with a file of so many bytes for each of its items, which take no room on most disks."""
    digest = hashlib.sha256()
    for _ in range(size // MIB):
        digest.update(bytes(MIB))
    for item in volume.items.select_related("document"):
        item.document.file.save("材料.bin", ContentFile(b""))
        os.truncate(item.document.file.path, size)
    ArchiveItem.objects.filter(volume=volume).update(sha256=digest.hexdigest())
    return volume


def grown(volume, people):
    """MiB that the process had at most beyond what it had before it made the package, and the package's size."""
    job = request_report(kind="archive_package", year=volume.year, by=people.city_officer, subject=str(volume.pk))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most memory counts from now
    before = resident("self", "VmHWM")
    assert services.run(job.pk) is True
    return resident("self", "VmHWM") - before, job.files.get().document.size


@pytest.mark.django_db
def test_memory_grows_neither_with_the_files_nor_with_their_number():
    people = cast()
    set_fonds(people)
    district = make_district(people, name="演示归档区（虚构）")
    first, small, large = (
        with_files(bare_volume(people, district, number=number, items=items), size)
        for number, (items, size) in enumerate(((1, MIB), (1, MIB), (MANY, LARGE)), start=1)
    )
    grown(first, people)  # libraries and fonts are there now
    usual, _ = grown(small, people)
    more, size = grown(large, people)
    assert size > MANY * LARGE
    assert more < usual + LARGE / MIB, "less than a single one of the files"
