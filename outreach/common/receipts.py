"""Secret code of a receipt: shown once, stored as a digest. Pure."""

from hashlib import sha256

from greendistrict.core import codes


def new_receipt() -> tuple[str, str]:
    """A code as it is shown, and the digest under which it is stored."""
    code = codes.new_code()
    return codes.written(code), digest_of(code)


def digest_of(code: str) -> str:
    """Digest of a code, however it was typed; 99 random bits need no salt."""
    return sha256(codes.plain(code).encode()).hexdigest()
