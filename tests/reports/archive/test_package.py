"""The package of a volume that is handed over: its files and digests, made piece by piece so that its memory does not grow."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.models import OutboxMessage
from reports.archive.layout import LONGEST, item_name
from reports.archive.models import ArchiveItem
from reports.archive.selectors import item_lines
from reports.archive.services import collect
from reports.archive.verification import faults_of
from reports.jobs import ofd_files, services
from reports.jobs.enums import JobState
from reports.jobs.requests import request_report
from tests.factories.districts import make_district
from tests.reports.archive.world import FONDS, bare_volume, close_volume, make_volume
from tools.bench.server import resident

AREA = pytest.mark.area("reports")

_made = {}


def package(people):
    """A closed volume and its package, made by the worker."""
    volume = close_volume(people, make_volume(people))
    job = request_report(kind="archive_package", year=volume.year, by=people.city_officer, subject=str(volume.pk))
    assert services.run(job.pk) is True
    job.refresh_from_db()
    return volume, job


@pytest.fixture
def content(people, tmp_path):
    """Entries of a package as name and bytes; one package serves every test of the check."""
    if not _made:
        _, job = package(people)
        with job.files.get().document.file.open("rb") as stored, zipfile.ZipFile(stored) as archive:
            _made.update({name: archive.read(name) for name in archive.namelist()})
    return dict(_made)


def written(folder, entries):
    path = folder / "案卷.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_the_package_holds_every_file_field_and_list(people, tmp_path):
    volume, job = package(people)
    assert (job.state, job.done, job.total) == (JobState.DONE, volume.items.count() + 1, volume.items.count() + 1)
    with job.files.get().document.file.open("rb") as stored:
        path = tmp_path / "案卷.zip"
        path.write_bytes(stored.read())
    call_command("verify_archive", path)
    with zipfile.ZipFile(path) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        root = archive.namelist()[0].partition("/")[0]
        data = json.loads(archive.read(f"{root}/data/volume.json"))
        info = archive.read(f"{root}/bag-info.txt").decode()
        version = archive.read(f"{root}/bagit.txt").decode().splitlines()[0]
    assert version == "BagIt-Version: 1.0"
    assert f"External-Identifier: {FONDS}-{volume.year}-30年-0001" in info
    assert {"manifest-sha256.txt", "tagmanifest-sha256.txt", "data/卷内目录.pdf", "data/卷内目录.xlsx", "data/备考表.pdf"} <= names
    assert (data["fonds"], data["number"], data["retention"], data["title"]) == (FONDS, 1, "30年", volume.title)
    items = list(volume.items.order_by("number"))
    assert [(row["number"], row["title"], row["sha256"]) for row in data["items"]] == [(one.number, one.title, one.sha256) for one in items]
    assert {row["file"] for row in data["items"]} <= names
    assert all(row["file"].rpartition("/")[2].startswith(f"{row['number']:03}_") for row in data["items"])


def test_a_paper_lies_there_as_ofd_as_well_if_that_was_made_before_the_closing(people, tmp_path, settings):
    converter = tmp_path / "pdf2ofd"
    converter.write_text('#!/bin/sh\nmkdir ofd && cd ofd && echo "<OFD/>" > OFD.xml && python3 -m zipfile -c "$2" OFD.xml\n')
    converter.chmod(0o700)
    settings.OFD_CONVERTER = str(converter)
    volume = make_volume(people)
    letters = [item.job for item in volume.items.filter(job__isnull=False)]
    assert ofd_files.convert(letters[0].pk)
    shown = item_lines(Viewer(people.city_officer), volume)
    assert [line["lacks_ofd"] for line in shown if line["item"].job].count(True) == len(letters) - 1
    close_volume(people, volume)
    assert ofd_files.convert(letters[-1].pk) is (len(letters) > 1)  # too late
    job = request_report(kind="archive_package", year=volume.year, by=people.city_officer, subject=str(volume.pk))
    assert services.run(job.pk)
    path = tmp_path / "案卷.zip"
    with job.files.get().document.file.open("rb") as stored:
        path.write_bytes(stored.read())
    assert faults_of(path) == []
    with zipfile.ZipFile(path) as archive:
        entries = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        root = archive.namelist()[0].partition("/")[0]
    copies = [copy for row in json.loads(entries["data/volume.json"])["items"] for copy in row.get("copies", [])]
    assert [(one["format"], one["sha256"]) for one in copies] == [("ofd", letters[0].files.get(format="ofd").document.sha256)]
    assert hashlib.sha256(entries[copies[0]["file"]]).hexdigest() == copies[0]["sha256"]
    spoilt = {f"{root}/{name}": data for name, data in entries.items() if name != copies[0]["file"]}
    assert faults_of(written(tmp_path, spoilt)) == [f"缺少文件：{copies[0]['file']}"]


def test_collecting_again_asks_for_the_ofd_that_is_missing(people, settings):
    volume = make_volume(people)
    kind = ofd_files.OUTBOX_KIND
    assert not OutboxMessage.objects.filter(kind=kind).exists()
    settings.OFD_CONVERTER = "/bin/true"
    collect(volume=volume, version=volume.version, by=people.city_officer)
    assert OutboxMessage.objects.filter(kind=kind).count() == volume.items.filter(job__isnull=False).count() > 0


def test_a_file_that_is_not_what_was_archived_is_refused(people):
    volume = close_volume(people, make_volume(people))
    ArchiveItem.objects.filter(volume=volume, number=1).update(sha256="0" * 64)
    job = request_report(kind="archive_package", year=volume.year, by=people.city_officer, subject=str(volume.pk))
    assert services.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, "校验值不符" in job.error) == (JobState.FAILED, True)


@AREA
def test_a_flipped_byte_is_named_in_a_file_and_in_the_zip_itself(content, tmp_path):
    name = next(one for one in content if "/卷内文件/" in one)
    data = bytearray(content[name])
    data[len(data) // 2] ^= 1
    path = written(tmp_path, content | {name: bytes(data)})
    assert faults_of(path) == [f"校验值不符：{name.partition('/')[2]}"]
    with pytest.raises(CommandError, match=r"不完整：案卷\.zip\n- 校验值不符"):
        call_command("verify_archive", path)
    path = written(tmp_path, content)
    assert faults_of(path) == []
    raw = bytearray(path.read_bytes())
    raw[raw.index(next(data for one, data in content.items() if one.endswith("volume.json"))[:64])] ^= 1
    path.write_bytes(raw)
    assert faults_of(path) == ["文件损坏：data/volume.json"]


@AREA
def test_what_is_missing_or_too_much_is_named_and_a_name_that_leaves_the_folder_before_anything_is_unpacked(content, tmp_path):
    name = next(one for one in content if "/卷内文件/" in one)
    path = written(tmp_path, {one: data for one, data in content.items() if one != name})
    assert faults_of(path) == [f"缺少文件：{name.partition('/')[2]}"]
    root = name.partition("/")[0]
    for place in ("data/多出的文件.pdf", "多出的说明.txt"):
        assert faults_of(written(tmp_path, content | {f"{root}/{place}": b"x"})) == [f"清单以外的文件：{place}"]
    for outside in ("../outside.txt", "/etc/outside.txt", "root/../../outside.txt", "root\\..\\outside.txt", "C:/outside.txt"):
        assert f"文件名不安全：{outside}" in faults_of(written(tmp_path, content | {outside: b"x"}))
        assert {one.name for one in tmp_path.iterdir()} == {"案卷.zip"}


@AREA
def test_volume_json_has_to_agree_with_the_files(content, tmp_path):
    """Also where somebody has written the manifests anew."""
    import bagit

    with zipfile.ZipFile(written(tmp_path, content)) as archive:
        archive.extractall(tmp_path)
    bag = tmp_path / next(iter(content)).partition("/")[0]
    volume = bag / "data" / "volume.json"
    said = json.loads(volume.read_text())
    said["items"][0]["sha256"] = "0" * 64
    said["items"].pop()
    volume.write_text(json.dumps(said, ensure_ascii=False))
    bagit.Bag(str(bag)).save(manifests=True)
    entries = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    found = faults_of(written(tmp_path, entries))
    assert [fault.partition("：")[0] for fault in found] == ["第1件的校验值与 volume.json 不符", "目录以外的文件"]


def test_what_is_no_zip_is_said(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"%PDF-1.7")
    assert faults_of(tmp_path / "a.zip") == ["不是完整的 ZIP 文件"]
    assert faults_of(tmp_path / "b.zip")[0].startswith("读不到文件")


def test_names_are_safe_and_short_enough():
    assert item_name(1, "关于“试点/示范”的决定?.pdf", "scan.PDF") == "001_关于“试点_示范”的决定_.pdf"
    assert item_name(7, " .. ", "noending") == "007_未命名"
    long = item_name(12, "题" * 300, "a.docx")
    assert long.endswith(".docx")
    assert len(long.encode()) <= LONGEST


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


@AREA
@pytest.mark.django_db
def test_memory_grows_neither_with_the_files_nor_with_their_number(people):
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
