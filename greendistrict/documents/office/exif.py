"""Reads time and place of a photo before its metadata are removed (pure functions)."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from greendistrict.core import clock
from greendistrict.core.rounding import half_up

TAKEN, OFFSET, EXIF, GPS = 36867, 36881, 0x8769, 0x8825
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4
PLACES = 5
MOST = {"N": 90, "S": 90, "E": 180, "W": 180}


@dataclass(frozen=True)
class Shot:
    """When (aware; Shanghai if the camera states no time zone) and where (WGS84 degrees, 5 decimals) a photo was taken."""

    taken_at: dt.datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def read_shot(content: bytes) -> Shot:
    """Time and place of a photo from its EXIF data; None where missing or implausible."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- web workers load it with the first photo only

    try:
        with Image.open(BytesIO(content)) as image:
            exif = image.getexif()
            inner, gps = exif.get_ifd(EXIF), exif.get_ifd(GPS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return Shot()
    return Shot(
        _moment(inner.get(TAKEN), inner.get(OFFSET)),
        _degrees(gps.get(LATITUDE), gps.get(LATITUDE_REF)),
        _degrees(gps.get(LONGITUDE), gps.get(LONGITUDE_REF)),
    )


def _moment(text: Any, offset: Any) -> dt.datetime | None:
    with suppress(ValueError, TypeError):
        if isinstance(offset, str) and offset.strip():
            return dt.datetime.strptime(f"{str(text).strip()}{offset.strip()}", "%Y:%m:%d %H:%M:%S%z")
        return dt.datetime.strptime(str(text).strip(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=clock.SHANGHAI)
    return None


def _degrees(parts: Any, ref: Any) -> Decimal | None:
    with suppress(ArithmeticError, KeyError, ValueError, TypeError):
        degrees, minutes, seconds = (Decimal(str(float(part))) for part in parts)
        value = degrees + minutes / 60 + seconds / 3600
        if value.is_finite() and value <= MOST[str(ref)]:
            return half_up(-value if str(ref) in {"S", "W"} else value, PLACES)
    return None
