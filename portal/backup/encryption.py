"""Encryption of backups with age to a public key, so that the portal can write backups it cannot read.

``pyrage`` reads one stream and writes another; it runs in a thread connected by a pipe to the one that writes or reads the archive, so
that memory use does not depend on the size of the backup.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyrage

HEAD = b"age-encryption.org/"
SUFFIX = ".age"


class UnusableKey(ValueError):  # noqa: N818 -- reads as a sentence
    """A key or key file cannot be used; the message says why."""


def recipient_of(text: str) -> Any:
    """Parse a public key of age. Raises ``UnusableKey``."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        msg = "不是 age 公钥（以 age1 开头）"
        raise UnusableKey(msg) from error


def identities_in(path: Path) -> list[Any]:
    """Private keys in a file as ``age-keygen`` writes it. Raises ``UnusableKey``."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        identities = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        msg = f"{path.name} 读不出 age 私钥"
        raise UnusableKey(msg) from error
    if not identities:
        msg = f"{path.name} 中没有 age 私钥"
        raise UnusableKey(msg)
    return identities


def is_encrypted(path: Path) -> bool:
    """Whether the file was encrypted with age."""
    with path.open("rb") as file:
        return file.read(len(HEAD)) == HEAD


@contextmanager
def encrypted(sink: IO[bytes], recipient: str) -> Iterator[IO[bytes]]:
    """Encrypt everything written into ``sink``; without a recipient it is passed through unchanged."""
    if not recipient:
        yield sink
        return
    key = recipient_of(recipient)
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as beside:
        work = beside.submit(_encrypt, reading, sink, key)
        with _failing_with(work), os.fdopen(writing, "wb") as entry:
            yield entry
        work.result()


@contextmanager
def decrypted(path: Path, identities: list[Any]) -> Iterator[IO[bytes]]:
    """Content of the file, decrypted if necessary. Raises ``UnusableKey`` if no key fits or the file was altered or truncated."""
    with path.open("rb") as file:
        if not is_encrypted(path):
            yield file
            return
        reading, writing = os.pipe()
        with ThreadPoolExecutor(1) as beside:
            work = beside.submit(_decrypt, file, writing, identities)
            with _failing_with(work), os.fdopen(reading, "rb") as content:
                yield content
            with suppress(BrokenPipeError):  # nobody wanted the rest
                work.result()


def _encrypt(reading: int, sink: IO[bytes], key: Any) -> None:
    with os.fdopen(reading, "rb") as source:  # closed when this fails, so that the writer hears of it
        pyrage.encrypt_io(source, sink, [key])


def _decrypt(file: IO[bytes], writing: int, identities: list[Any]) -> None:
    with os.fdopen(writing, "wb") as content:
        if not identities:
            msg = "备份已加密：请用 --identity 给出 age 私钥文件"
            raise UnusableKey(msg)
        try:
            pyrage.decrypt_io(file, content, identities)
        except BrokenPipeError:
            raise
        except (pyrage.DecryptError, OSError) as error:
            msg = f"不能解密：私钥不符，或文件被截断、改动（{error}）"
            raise UnusableKey(msg) from error


@contextmanager
def _failing_with(work: "Future[None]") -> Iterator[None]:
    """Raise the thread's error as the cause of errors that follow from it here, such as a broken pipe or a truncated archive."""
    try:
        yield
    except Exception as error:
        reason = work.exception()
        if reason is not None and not isinstance(reason, BrokenPipeError):
            raise reason from error
        raise
