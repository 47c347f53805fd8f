"""Writes an office file again without what its plan takes out; every other part is copied byte for byte."""

import zipfile
from collections.abc import Iterable
from typing import IO, Any

from greendistrict.documents.office.archives import DamagedError, opened
from greendistrict.documents.office.package import TYPES, Plan, list_of, package_plan, plain
from greendistrict.documents.office.scan import forbid

WHOLE = frozenset({"attachedTemplate", "OLEObject", "objectEmbed", "externalData"})  # elements that go; of others the attribute goes


def write_stripped(source: IO[bytes], out: IO[bytes]) -> tuple[str, ...]:
    """Write the package without what may not be stored; returns in words what was taken out.

    Raises ``DamagedError``, and ``Hazard`` for what cannot be taken out, and if anything is left afterwards.
    """
    source.seek(0)
    with opened(source) as package:
        plan = package_plan(package)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            _copy(package, plan, target)
    out.flush()
    out.seek(0)
    with opened(out) as again:
        if package_plan(again).words:
            forbid("去除不了的外部内容")
    out.seek(0)
    return tuple(plan.words)


def _copy(package: zipfile.ZipFile, plan: Plan, target: zipfile.ZipFile) -> None:
    changed = {source: keys for source, keys in plan.relations.items() if keys}
    dropped = plan.parts | {list_of(part) for part in plan.parts}
    for entry in package.infolist():
        name = plain(entry.filename)
        if name in dropped:
            continue
        content = package.read(entry)
        if name in changed:
            content = _rows(content, lambda one, keys=changed[name]: one.get("Id") in keys)
        elif name == TYPES and dropped:
            content = _rows(content, lambda one: plain(one.get("PartName", "-")) in dropped)
        elif keys := changed.get(list_of(name)):
            content = _unreferred(content, keys)
        target.writestr(entry, content, zipfile.ZIP_DEFLATED)


def parsed(content: bytes) -> Any:
    """Tree that keeps its prefixes. Only parts that the judge has parsed without DTD and entities come here. Raises ``DamagedError``."""
    from lxml import etree  # noqa: PLC0415 -- loaded with the first file that is changed

    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise DamagedError(str(error)) from error


def written(root: Any) -> bytes:
    """Content of a part again."""
    from lxml import etree  # noqa: PLC0415 -- as above

    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def _rows(content: bytes, goes: Any) -> bytes:
    """A list of relations or content types without some of its rows."""
    root = parsed(content)
    without([one for one in root if isinstance(one.tag, str) and goes(one)])
    return written(root)


def _unreferred(content: bytes, keys: set[str]) -> bytes:
    """A part without its references to relations."""
    root, gone = parsed(content), []
    for one in root.iter("*"):
        for key, value in one.attrib.items():
            if value in keys and key.rpartition("}")[0].endswith("/relationships"):
                if one.tag.rpartition("}")[2] in WHOLE:
                    gone.append(one)
                else:
                    del one.attrib[key]
    without(gone)
    return written(root)


def without(elements: Iterable[Any]) -> None:
    """Take elements out of their tree."""
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
