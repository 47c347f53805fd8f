"""Package of a closed volume: a bag (RFC 8493) in one ZIP. Files are streamed to disk, so that memory use is constant."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from greendistrict.accounts.acting import named
from greendistrict.core import clock, sealing
from greendistrict.core.errors import Refused
from greendistrict.core.papers import PORTAL
from greendistrict.documents.models import Evidence
from reports.archive import layout
from reports.archive.documents import catalogue_of, filed_items, remarks_of
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import ofd_beside
from reports.composition.enums import FileFormat
from reports.composition.services import made_of

PIECE = 1 << 20
BAG_VERSION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def package_of(volume: ArchiveVolume, code: str, progress: Callable[[int], None] = lambda _: None) -> IO[bytes]:
    """The finished ZIP on disk. ``progress`` counts items. Raises ``Refused`` if a file differs from the archived one."""
    with tempfile.TemporaryDirectory(prefix="gd-archive-") as name:
        bag = Path(name) / bag_name(volume)
        (bag / layout.ITEMS).mkdir(parents=True)
        files = []
        for place, item in enumerate(filed_items(volume), start=1):
            files.append(_copy(item, ofd_beside(item, volume), bag))
            progress(place)
        for suffix, content in made_of(catalogue_of(volume), code=code, formats=(FileFormat.PDF, FileFormat.XLSX)).items():
            (bag / f"{layout.CATALOGUE}.{suffix}").write_bytes(content)
        remarks = made_of(remarks_of(volume), code=code, formats=(FileFormat.PDF,))
        (bag / f"{layout.REMARKS}.pdf").write_bytes(remarks[FileFormat.PDF])
        _write_json(bag / layout.VOLUME, volume_data(volume, files))
        _make_bag(bag, volume)
        stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever stores the package closes it
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:  # what goes in is compressed as it is
            for path in sorted(bag.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(bag.parent).as_posix())
        stream.seek(0)
        return stream


def bag_name(volume: ArchiveVolume) -> str:
    """Name of the package's single folder."""
    return layout.item_name(volume.number or 0, f"{volume.fonds}-{volume.year}", "")


def volume_data(volume: ArchiveVolume, files: list[dict[str, Any]]) -> dict[str, Any]:
    """All fields of the volume and its items as plain data."""
    return {
        "format": layout.FORMAT,
        "fonds": volume.fonds,
        "year": volume.year,
        "retention": volume.get_retention_display(),
        "number": volume.number,
        "title": volume.title,
        "kind": volume.kind,
        "matter_number": volume.matter_number,
        "district": volume.district.name,
        "confidentiality": volume.get_confidentiality_display(),
        "note": volume.note,
        "prepared_by": named(volume, "prepared_by"),
        "checked_by": named(volume, "checked_by") if volume.checked_by else None,
        "closed_at": volume.closed_at.astimezone(clock.SHANGHAI).isoformat() if volume.closed_at else None,
        "receiver": volume.receiver,
        "receiving_person": volume.receiving_person,
        "handed_over_on": volume.handed_over_on.isoformat() if volume.handed_over_on else None,
        "is_demo": volume.is_demo,
        "items": files,
    }


def _copy(item: ArchiveItem, ofd: Evidence | None, bag: Path) -> dict[str, Any]:
    document = item.document
    if document is None:
        msg = f"第{item.number}件“{item.title}”没有文件"
        raise Refused(msg)
    told = {
        "number": item.number,
        "kind": item.get_kind_display(),
        "title": item.title,
        "responsible": item.responsible,
        "document_number": item.document_number,
        "date": item.dated.isoformat() if item.dated else None,
        "pages": item.pages,
        "confidentiality": item.get_confidentiality_display(),
        "remark": item.remark,
        **_written(item, document, item.sha256, bag),
    }
    return told if ofd is None else {**told, layout.COPIES: [{"format": FileFormat.OFD, **_written(item, ofd, ofd.sha256, bag)}]}


def _written(item: ArchiveItem, document: Evidence, sha256: str, bag: Path) -> dict[str, Any]:
    """Copy a file of an item into the bag. Raises ``Refused`` if it does not have this digest."""
    digest = hashlib.sha256()
    name = f"{layout.ITEMS}/{layout.item_name(item.number or 0, item.title, document.original_name)}"
    try:
        with document.file.open("rb") as stored, (bag / name).open("wb") as written:
            while piece := stored.read(PIECE):
                digest.update(piece)
                written.write(piece)
    except OSError as error:
        msg = f"第{item.number}件“{item.title}”的文件读不出"
        raise Refused(msg) from error
    if digest.hexdigest() != sha256:
        msg = f"第{item.number}件“{item.title}”的文件与归档时的校验值不符"
        raise Refused(msg)
    return {"file": f"data/{name}", "size": (bag / name).stat().st_size, "sha256": sha256}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _make_bag(bag: Path, volume: ArchiveVolume) -> None:
    import bagit  # noqa: PLC0415 -- only who makes or checks a package pays for it

    info = {
        "Source-Organization": PORTAL,
        "External-Identifier": volume.call_number,
        "External-Description": volume.title,
        "Bagging-Date": clock.today().isoformat(),
        "Bag-Software-Agent": "GreenDistrict",
    }
    made = bagit.make_bag(str(bag), info, checksums=["sha256"])
    _write_json(bag / layout.SIGNATURE, sealing.signature_of(layout.signed((bag / layout.MANIFEST).read_bytes())))
    (bag / "bagit.txt").write_text(BAG_VERSION, encoding="utf-8")  # the library writes the version before the RFC
    made.save()
