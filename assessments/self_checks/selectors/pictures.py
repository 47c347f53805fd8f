"""Pictures in the sections of a report: files of the district, shown and printed only if the reader may see them."""

from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.db.models import F, QuerySet

from assessments.findings.selectors.check import RowFinding
from assessments.score_page.selectors.table_drawer import files_of, library_of
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core.errors import Refused
from greendistrict.core.layout_text import LayoutKind, layout_blocks
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.office.inspection import inspect, strip_metadata
from greendistrict.documents.selectors import readable

ENDINGS = ("jpg", "jpeg", "png")
IMAGES = ("image/jpeg", "image/png")
LONGEST_SIDE = 1600  # pixels that a page of paper shows


def pictures_for(viewer: Viewer, check: SelfCheck) -> QuerySet[Evidence]:
    """Pictures of the district's library that may be inserted; classified ones are excluded because they are not printed."""
    library = readable(viewer, library_of(check.table)).filter(content_type__in=IMAGES)
    return library.exclude(confidentiality=Confidentiality.CLASSIFIED)


def same_picture(viewer: Viewer, check: SelfCheck, content: bytes, name: str) -> Evidence | None:
    """The library's picture with this content, or None. Raises ``Refused`` if the content is not an acceptable picture."""
    ending = name.rpartition(".")[2].lower()
    Refused.unless(ending in ENDINGS, f"{ending or '没有扩展名'}格式，请另存为 jpg 或 png 后再插入")
    kind = inspect(name, BytesIO(content), len(content), settings.GD_UPLOAD_MAX_BYTES)
    kept = sha256(strip_metadata(name, kind, content)).hexdigest()
    return pictures_for(viewer, check).filter(sha256=kept).first()


def held_uploads(viewer: Viewer, check: SelfCheck) -> QuerySet[Upload]:
    """Complete uploads of this user for the report that are not stored as files yet."""
    return Upload.objects.filter(by=viewer.person, owner=subject_of(check.table), received=F("size"))


def pictures_named(text: str) -> set[str]:
    """Keys of the pictures referred to in a text."""
    return {block.file for block in layout_blocks(text) if block.kind == LayoutKind.PICTURE}


def pictures_in(texts: Iterable[str], district: int, viewer: Viewer | None = None) -> dict[str, bytes]:
    """Printable content of the pictures in these texts, by key: only the district's own, unclassified ones. No query without any."""
    keys = set[str]().union(*map(pictures_named, texts))
    if not keys:
        return {}
    found = _own(keys, district).exclude(confidentiality=Confidentiality.CLASSIFIED)
    return {str(one.key): _printed(one) for one in (readable(viewer, found) if viewer else found) if _is_there(one) and not one.quarantine}


def _own(keys: Iterable[str], district: int) -> QuerySet[Evidence]:
    return files_of(district).filter(key__in=keys, content_type__in=IMAGES)


def _is_there(picture: Evidence) -> bool:
    return bool(picture.file.storage.exists(str(picture.file.name)))


def unprinted(check: SelfCheck) -> list[RowFinding]:
    """Pictures of the report that are not printed (``pictures_in``), with the reason. No query without any."""
    named = [
        (one, block) for one in SECTIONS for block in layout_blocks(str(check.report.get(one.key, ""))) if block.kind == LayoutKind.PICTURE
    ]
    own = {str(one.key): one for one in _own({block.file for _, block in named}, check.district_id)} if named else {}
    return [
        RowFinding(f"自评报告“{section.title}”的插图“{block.lines[0]}”不会印出：{why}", blocks=False, chapter=section.key)
        for section, block in named
        if (why := _why_unprinted(own.get(block.file)))
    ]


def _why_unprinted(picture: Evidence | None) -> str:
    if picture is None or not _is_there(picture):
        return "图片文件不在本城区的材料中，请重新插入"
    return picture.quarantine or ("图片的密级是“涉密敏感”，请换一张或移除" if picture.is_classified else "")


def _printed(picture: Evidence) -> bytes:
    """The picture scaled down to print size, without transparency."""
    from PIL import Image  # noqa: PLC0415 -- only who prints pictures pays for it

    out = BytesIO()
    with picture.file.open() as stream, Image.open(stream) as image:
        made = image.convert("RGBA")
        made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ground = Image.new("RGB", made.size, "white")
        ground.paste(made, mask=made)
        ground.save(out, "PNG" if picture.content_type == "image/png" else "JPEG", quality=88)
    return out.getvalue()
