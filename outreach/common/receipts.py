"""Secret code of a receipt: shown once, stored as a digest (pure functions)."""

from hashlib import sha256

from greendistrict.core import codes


def new_receipt() -> tuple[str, str]:
    """A new code as shown to the person, and its digest for storage."""
    code = codes.new_code()
    return codes.written(code), digest_of(code)


def digest_of(code: str) -> str:
    """Digest of a code, however it was typed; unsalted, because a code has 99 random bits."""
    return sha256(codes.plain(code).encode()).hexdigest()
