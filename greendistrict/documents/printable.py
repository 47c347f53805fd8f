"""Pictures as papers print them: scaled down, without transparency; none that is classified, in quarantine or lost."""

from io import BytesIO

from greendistrict.documents.models import Evidence
from greendistrict.documents.office.greys import in_bytes

IMAGES = ("image/jpeg", "image/png")
LONGEST_SIDE = 1600  # pixels that a page of paper shows


def is_there(file: Evidence) -> bool:
    """Whether the storage has its content."""
    return bool(file.file.storage.exists(str(file.file.name)))


def printable(picture: Evidence) -> bytes | None:
    """Content of a picture for print; None if it may not be printed or is none."""
    from PIL import Image  # noqa: PLC0415 -- only who prints pictures pays for it

    if picture.content_type not in IMAGES or picture.is_classified or picture.quarantine or not is_there(picture):
        return None
    out = BytesIO()
    with picture.file.open() as stream, Image.open(stream) as image:
        made = in_bytes(image).convert("RGBA")
        made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ground = Image.new("RGB", made.size, "white")
        ground.paste(made, mask=made)
        ground.save(out, "PNG" if picture.content_type == "image/png" else "JPEG", quality=88)
    return out.getvalue()
