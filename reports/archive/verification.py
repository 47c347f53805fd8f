"""Verification of a package from the file alone: names, manifest, digests, and volume.json. Uses no database."""

import contextlib
import hashlib
import json
import stat
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from greendistrict.core import sealing
from reports.archive import layout

PIECE = 1 << 20
MOST_FILES, MOST_BYTES = 20_000, 50 << 30
TAGS = ("bagit.txt", "bag-info.txt", layout.MANIFEST)
MOST_SIGNATURE = 10_000  # bytes
FIELDS = ("format", "fonds", "year", "retention", "number", "title", "confidentiality", "prepared_by", "checked_by", "closed_at", "items")
ITEM_FIELDS = ("number", "title", "responsible", "document_number", "date", "pages", "confidentiality", "file", "size", "sha256")
PAPERS = (f"{layout.CATALOGUE}.pdf", f"{layout.CATALOGUE}.xlsx", f"{layout.REMARKS}.pdf", layout.VOLUME)


def faults_of(path: Path) -> list[str]:
    """All faults of a package, in words; empty if it is valid."""
    try:
        with zipfile.ZipFile(path) as archive:
            if faults := list(_name_faults(archive.infolist())):
                return faults
            with tempfile.TemporaryDirectory(prefix="gd-verify-") as name:
                return _checked(archive, Path(name))
    except OSError as error:
        return [f"读不到文件：{error.strerror or error}"]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return ["不是完整的 ZIP 文件"]


def doubts_of(path: Path, named: Iterable[str] = ()) -> str:
    """Why a package without faults is not known to be the portal's; empty if its key, or one of ``named`` (PEM), signed it."""
    with zipfile.ZipFile(path) as archive:
        places = {entry.filename.partition("/")[2]: entry for entry in archive.infolist()}
        signature, entry = None, places.get(layout.SIGNATURE)
        if entry is not None and entry.file_size <= MOST_SIGNATURE:
            with contextlib.suppress(ValueError, RecursionError):
                signature = json.loads(archive.read(entry))
        return sealing.doubts(signature, layout.signed(archive.read(places[layout.MANIFEST])), named)


def _name_faults(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Names outside the folder, duplicates, or entries that are not plain files; checked before unpacking."""
    names = [entry.filename for entry in entries if not entry.is_dir()]
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if not parts or entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename or ":" in parts[0] or is_link:
            yield f"文件名不安全：{entry.filename}"
    yield from (f"文件名重复：{name}" for name, times in Counter(names).items() if times > 1)
    if len({PurePosixPath(name).parts[:1] for name in names}) != 1:
        yield "应只有一个顶层文件夹"
    if len(names) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        yield "文件过多或过大，不作核验"


def _checked(archive: zipfile.ZipFile, folder: Path) -> list[str]:
    digests, faults = dict[str, str](), list[str]()
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        inside = PurePosixPath(*PurePosixPath(entry.filename).parts[1:]).as_posix()
        try:
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with archive.open(entry) as stream, target.open("wb") as written:
                while piece := stream.read(PIECE):
                    digest.update(piece)
                    written.write(piece)
            digests[inside] = digest.hexdigest()
        except zipfile.BadZipFile:
            faults.append(f"文件损坏：{inside}")
    if missing := [name for name in TAGS if name not in digests and not any(name in fault for fault in faults)]:
        return [*faults, *(f"缺少 {name}" for name in missing)]
    damaged = {fault.partition("：")[2] for fault in faults}
    faults += [fault for fault in _bag_faults(folder, digests) if fault.partition("：")[2] not in damaged]
    return faults or list(_volume_faults(folder, digests))


def _bag_faults(folder: Path, digests: dict[str, str]) -> Iterator[str]:
    """Compare the manifest with the files, then check the other rules for bags."""
    import bagit  # noqa: PLC0415 -- only who makes or checks a package pays for it

    try:
        bag = bagit.Bag(str(folder))
    except (bagit.BagError, UnicodeDecodeError, ValueError) as error:
        yield f"不符合 BagIt 规范：{error}"
        return
    listed, differences = bag.entries, []
    for name, expected in sorted(listed.items()):
        if name not in digests:
            differences.append(f"缺少文件：{name}")
        elif digests[name] != expected.get("sha256", "").lower():
            differences.append(f"校验值不符：{name}")
    unlisted = {name for name in digests if name not in listed} - {"tagmanifest-sha256.txt"}
    differences += [f"清单以外的文件：{name}" for name in sorted(unlisted)]
    yield from differences
    if not differences and not bag.is_valid():
        yield "不符合 BagIt 规范（bag-info.txt 的总数、目录结构或版本不符）"


def _volume_faults(folder: Path, digests: dict[str, str]) -> Iterator[str]:
    """Compare volume.json with the files."""
    yield from (f"缺少文件：data/{name}" for name in PAPERS if f"data/{name}" not in digests)
    try:
        volume: Any = json.loads((folder / "data" / layout.VOLUME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        yield f"{layout.VOLUME} 读不出"
        return
    if not isinstance(volume, dict) or not isinstance(volume.get("items"), list) or volume.get("format") != layout.FORMAT:
        yield f"{layout.VOLUME} 不是本平台的案卷"
        return
    yield from (f"{layout.VOLUME} 缺少 {name}" for name in FIELDS if name not in volume)
    items = [item for item in volume["items"] if isinstance(item, dict)]
    lacking = ((place, name) for place, item in enumerate(items, 1) for name in ITEM_FIELDS if name not in item)
    yield from (f"{layout.VOLUME} 第{place}件缺少 {name}" for place, name in lacking)
    if [item.get("number") for item in items] != list(range(1, len(volume["items"]) + 1)):
        yield f"{layout.VOLUME} 的件号不连续"
    yield from _item_faults(folder, digests, items)


def _item_faults(folder: Path, digests: dict[str, str], items: list[dict[str, Any]]) -> Iterator[str]:
    files = [(item.get("number"), file) for item in items for file in (item, *_copies(item))]
    for number, file in files:
        name = str(file.get("file"))
        if name not in digests:
            yield f"第{number}件没有文件：{name}"
        elif digests[name] != file.get("sha256"):
            yield f"第{number}件的校验值与 {layout.VOLUME} 不符：{name}"
        elif (folder / name).stat().st_size != file.get("size"):
            yield f"第{number}件的大小与 {layout.VOLUME} 不符：{name}"
    named = {str(file.get("file")) for _, file in files} | {f"data/{name}" for name in PAPERS}
    yield from (f"目录以外的文件：{name}" for name in sorted(digests) if name.startswith("data/") and name not in named)


def _copies(item: dict[str, Any]) -> list[dict[str, Any]]:
    copies = item.get(layout.COPIES, [])
    return [one for one in copies if isinstance(one, dict)] if isinstance(copies, list) else []
