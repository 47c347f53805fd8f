"""The password hash, one at a time in each process.

A hash takes 100 MiB and all cores for a tenth of a second on purpose, and a web process has four threads. So one of them hashes, two wait
for a moment, and whoever comes then is told to come again at once: other pages keep a thread however many people sign in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.contrib.auth.hashers import Argon2PasswordHasher

from greendistrict.core.errors import Refused

HASHING, WAITING = Lock(), BoundedSemaphore(2)
WAIT_SECONDS = 1.0
CROWDED = "同时核对密码的人较多，请几秒后重新输入密码再提交；这一次没有核对，不计入错误次数"


class Crowded(Refused):
    """Too many passwords at once (503); the password was not looked at."""

    status, heading = 503, "请稍候"


class Argon2InTurn(Argon2PasswordHasher):
    """Argon2id with Django's parameters. Whatever checks or stores a password comes here."""

    def encode(self, *args: str, **kwargs: str) -> str:
        """Hash in turn. Raises ``Crowded``."""
        with in_turn():
            return super().encode(*args, **kwargs)

    def verify(self, *args: str, **kwargs: str) -> bool:
        """Check in turn. Raises ``Crowded``."""
        with in_turn():
            return super().verify(*args, **kwargs)


@contextmanager
def in_turn() -> Iterator[None]:
    """Hold the only turn of this process; it ends however the block ends. Raises ``Crowded`` where it does not come soon."""
    if not (HASHING.acquire(blocking=False) or _is_waited_for()):
        raise Crowded(CROWDED)
    try:
        yield
    finally:
        HASHING.release()


def _is_waited_for() -> bool:
    """Whether the turn came while waiting; False at once where others wait already."""
    if not WAITING.acquire(blocking=False):
        return False
    try:
        return HASHING.acquire(timeout=WAIT_SECONDS)
    finally:
        WAITING.release()
