"""Receipt of a filing: number and moment of its arrival, and the secret code, which is shown once and stored as a digest."""

import datetime as dt
from hashlib import sha256
from typing import NamedTuple

from django.utils.crypto import salted_hmac

from greendistrict.core import clock, codes, limits
from greendistrict.core.reference_numbers import next_number


class Arrival(NamedTuple):
    """What is fixed when something comes: number, moment, digests of code and sender's place; the code itself only at that time."""

    number: str
    filed_at: dt.datetime
    digest: str
    origin: str
    code: str = ""

    @property
    def day(self) -> tuple[dt.datetime, dt.datetime]:
        """First and last moment of the day it came: the same from the same person on it is one filing, whenever it is let through."""
        began = clock.day_began(self.filed_at)
        return began, began + dt.timedelta(days=1, microseconds=-1)


def new_arrival(prefix: str, salt: str, address: str) -> Arrival:
    """Arrival now; the next number serialises filings of the kind, so that their bounds are counted one by one."""
    now = clock.now()
    number = next_number(prefix, now.astimezone(clock.SHANGHAI).year)
    code, digest = new_receipt()
    return Arrival(number, now, digest, salted_hmac(salt, limits.place_of(address)).hexdigest(), code)


def new_receipt() -> tuple[str, str]:
    """A new code as shown to the person, and its digest for storage."""
    code = codes.new_code()
    return codes.written(code), digest_of(code)


def digest_of(code: str) -> str:
    """Digest of a code, however it was typed; unsalted, because a code has 99 random bits."""
    return sha256(codes.plain(code).encode()).hexdigest()
