"""Strict office files (ISO 29500, purl.oclc.org) under the usual names, which is all that tells them apart for whoever reads them."""

import zipfile
from io import BytesIO

_STRICT = b"http://purl.oclc.org/ooxml/"
_THEIRS, _OURS = b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"
# The strict namespaces by their usual ones; a longer name stands before its beginning.
_USUAL = {
    _THEIRS + b"spreadsheetml/main": _OURS + b"spreadsheetml/2006/main",
    _THEIRS + b"wordprocessingml/main": _OURS + b"wordprocessingml/2006/main",
    _THEIRS + b"drawingml/": _OURS + b"drawingml/2006/",
    _THEIRS + b"officeDocument/relationships/metadata/core-properties": _OURS + b"package/2006/relationships/metadata/core-properties",
    _THEIRS + b"officeDocument/extendedProperties": _OURS + b"officeDocument/2006/extended-properties",
    _THEIRS + b"officeDocument/relationships/extendedProperties": _OURS + b"officeDocument/2006/relationships/extended-properties",
    _THEIRS + b"officeDocument/": _OURS + b"officeDocument/2006/",
}


def is_strict(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the main part of a package has the strict names."""
    return part in archive.namelist() and _STRICT in archive.open(part).read(4000)


def under_usual_names(archive: zipfile.ZipFile) -> bytes:
    """The package again, its names the usual ones; the caller has bounded what it unpacks to."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in archive.infolist():
            data = archive.read(entry)
            if entry.filename.endswith((".xml", ".rels")):
                for strict, usual in _USUAL.items():
                    data = data.replace(strict, usual)
            made.writestr(entry.filename, data)
    return out.getvalue()
