"""Removes metadata that identifies the author from files: names, organisations, paths, cameras, places.

Used for owners that are registered with ``blind``. Dates are removed as well: with a list of sign-ins they would identify a person.
"""

import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from types import ModuleType
from typing import IO, Any

from greendistrict.core import disk
from greendistrict.core.errors import Refused
from greendistrict.documents.office.archives import SPOILT, DamagedError, opened
from greendistrict.documents.office.inspection import FileKind, strip_picture
from greendistrict.documents.office.stripping import parsed, without, written

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date possible in a zip file
NOBODY = "评审专家"
CORE = '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
CUSTOM = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTIED = {"docprops/core.xml": CORE, "docprops/app.xml": APP, "docprops/custom.xml": CUSTOM}
NAMES = frozenset({"author", "initials", "displayName", "userId", "providerId", "userName", "lastModifiedBy", "date", "dateUtc", "dT"})
PATHS = frozenset({"absPath", "fileSharing"})
_PARTS = "document|comments|people|footnotes|endnotes|header|footer|workbook|persons?|threadedComments|revisions"
TELLING = re.compile(rf"(?:^|/)(?:{_PARTS}).*\.xml$", re.IGNORECASE)
DATED = frozenset({"date", "dateUtc", "dT"})
MARKERS = range(0xE1, 0xF0)  # APP1 to APP15: EXIF, XMP, IPTC
MARK, COMMENT, SCAN, LONE = 0xFF, 0xFE, 0xDA, frozenset({0x01, *range(0xD0, 0xD9)})
NOTED = ("/Metadata", "/PieceInfo", "/LastModified", "/CreationDate", "/ModDate", "/Author", "/Producer", "/Creator")


def anonymous(name: str, kind: FileKind, content: bytes) -> bytes:
    """File content without metadata that names its author. Raises ``Refused`` for damaged content."""
    out = BytesIO()
    write_anonymous(name, kind, BytesIO(content), out)
    return out.getvalue()


def write_anonymous(name: str, kind: FileKind, source: IO[bytes], out: IO[bytes]) -> None:
    """Write a file without metadata naming its author; for a package only one part at a time is in memory. Raises like ``anonymous``."""
    makers: dict[str, Callable[[IO[bytes], IO[bytes]], None]] = {"pdf": _pdf, "docx": _office, "xlsx": _office}
    maker = makers.get(kind.extension)
    if maker is None:
        strip_picture(name, kind, source, out)
        return
    source.seek(0)
    try:
        maker(source, out)
    except SPOILT as error:
        msg = f"“{name}”已损坏，打不开，请重新导出后上传"
        raise disk.refusal_of(error) or Refused(msg) from error


def _pdf(source: IO[bytes], out: IO[bytes]) -> None:
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    try:
        _pdf_of_nobody(source, out, pikepdf)
    except pikepdf.PikepdfError as error:
        raise DamagedError(str(error)) from error


def _pdf_of_nobody(source: IO[bytes], out: IO[bytes], pikepdf: ModuleType) -> None:
    with pikepdf.open(source) as pdf:
        for part in pdf.objects:
            _strip_part(part, pikepdf)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        with warnings.catch_warnings():
            # form fields not listed by the form belong to the original document: nothing was copied from another one
            warnings.simplefilter("ignore", pikepdf.exceptions.PageCopyWarning)
            pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _strip_part(part: Any, pikepdf: ModuleType) -> None:
    """Remove author, annotations and camera data from one part."""
    if not isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in NOTED:
        if key in part:
            del part[key]
    if "/Subtype" in part and ("/Rect" in part or str(part.get("/Type", "")) == "/Annot"):
        for key in ("/T", "/M", "/NM"):
            if key in part and str(part["/Subtype"]) != "/Widget":
                del part[key]
    if isinstance(part, pikepdf.Stream) and _filter_of(part, pikepdf) == "/DCTDecode":
        part.write(jpeg_without_notes(part.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _filter_of(part: Any, pikepdf: ModuleType) -> str:
    """Name of the only filter of a stream; empty for none or several."""
    given = part.get("/Filter", "")
    if isinstance(given, pikepdf.Array):
        return str(given[0]) if len(given) == 1 else ""
    return str(given)


def jpeg_without_notes(content: bytes) -> bytes:
    """A JPEG without EXIF, XMP, IPTC and comments; the picture is unchanged. Data with an unknown structure are returned as they are."""
    if not content.startswith(b"\xff\xd8"):
        return content
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == MARK:
        marker = content[at + 1]
        if marker == SCAN:
            break
        if marker in LONE:
            kept.append(content[at : at + 2])
            at += 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        colour = content[at + 4 : at + 9] == b"Adobe" or content[at + 4 : at + 15] == b"ICC_PROFILE"
        if colour or not (marker in MARKERS or marker == COMMENT):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


def _office(source: IO[bytes], out: IO[bytes]) -> None:
    with opened(source) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in package.infolist():
            if not entry.is_dir():
                target.writestr(zipfile.ZipInfo(entry.filename, EPOCH), _part(entry.filename, package.read(entry)), zipfile.ZIP_DEFLATED)


def _part(name: str, content: bytes) -> bytes:
    if name.lower() in EMPTIED:
        return (HEAD + EMPTIED[name.lower()]).encode()
    if name.lower().endswith((".jpg", ".jpeg")):
        return jpeg_without_notes(content)
    if not TELLING.search(name):
        return content
    root = parsed(content)
    for element in root.iter("*"):
        for key in list(element.attrib):
            word = key.rpartition("}")[2]
            if word in NAMES:
                element.set(key, "1980-01-01T00:00:00Z" if word in DATED else NOBODY)
        if element.tag.rpartition("}")[2] == "author":
            element.text = NOBODY
    without([one for one in root.iter("*") if one.tag.rpartition("}")[2] in PATHS])
    return written(root)
