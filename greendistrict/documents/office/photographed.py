"""Several pictures of one paper, taken page by page, as one PDF: each picture a page, upright, without what the camera wrote."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from greendistrict.core.errors import Refused
from greendistrict.documents.office.greys import in_bytes
from greendistrict.documents.office.inspection import check_name, inspect, strip_metadata

PICTURES = frozenset({"jpg", "png"})
MOST = 60  # pages
SHORT, LONG = 595.28, 841.89  # A4 in points; a page is as large as its picture fits into it


class Photo(NamedTuple):
    """A picture as it was chosen."""

    name: str
    stream: BinaryIO
    size: int


def are_pictures(names: Sequence[str]) -> bool:
    """Whether all of these are pictures, by their endings."""
    return all(name.rpartition(".")[2].lower() in {*PICTURES, "jpeg"} for name in names)


def bound(photos: Sequence[Photo], limit: int, out: BinaryIO) -> None:
    """Write the pictures as pages, in their order. Raises ``Refused`` for one that is not accepted, too many, or too large together."""
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    Refused.when(len(photos) > MOST, f"一份文书最多{MOST}张照片，现有{len(photos)}张")
    total = sum(photo.size for photo in photos)
    Refused.when(total > limit, f"照片合计 {total / 1048576:.1f} MB，超过 {limit / 1048576:.0f} MB，请压缩后上传")
    with pikepdf.new() as pdf:
        for photo in photos:
            check_name(photo.name, photo.size, limit)
            kind = inspect(photo.name, photo.stream, photo.size, limit)
            photo.stream.seek(0)
            _add_page(pdf, strip_metadata(photo.name, kind, photo.stream.read()))
        pdf.save(out)


def _add_page(pdf: Any, content: bytes) -> None:
    """A page with the picture; a JPEG keeps its own data."""
    from pikepdf import Dictionary, Name, Stream  # noqa: PLC0415 -- as above
    from PIL import Image  # noqa: PLC0415

    with Image.open(BytesIO(content)) as image:
        width, height = image.size
        colours = {"RGB": Name.DeviceRGB, "L": Name.DeviceGray}.get(image.mode)
        if image.format not in {"JPEG", "MPO"} or colours is None:
            content, colours = _as_jpeg(image), Name.DeviceRGB
    picture = Stream(
        pdf, content, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, ColorSpace=colours, BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )  # fmt: skip
    scale = min((SHORT if width <= height else LONG) / width, (LONG if width <= height else SHORT) / height)
    box = (width * scale, height * scale)
    page = pdf.add_blank_page(page_size=box)
    page.Resources = Dictionary(XObject=Dictionary(Picture=picture))
    page.Contents = Stream(pdf, f"q {box[0]:.3f} 0 0 {box[1]:.3f} 0 0 cm /Picture Do Q".encode())


def _as_jpeg(image: Any) -> bytes:
    """The picture on white, as a JPEG."""
    from PIL import Image  # noqa: PLC0415 -- as above

    out, image = BytesIO(), in_bytes(image)
    if image.has_transparency_data:
        given, flat = image.convert("RGBA"), Image.new("RGB", image.size, "white")
        flat.paste(given, mask=given.getchannel("A"))
    else:
        flat = image.convert("RGB")
    flat.save(out, "JPEG", quality=92)
    return out.getvalue()
