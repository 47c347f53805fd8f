"""The manifest of a backup, signed with the key of the receipts: the public key proves that the portal wrote it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greendistrict.core import sealing

FORMAT = "greendistrict.backup/1"
NAME, DIGESTS, DUMP = "manifest.json", "files.sha256", "database.dump"
KEYS, ANCHORS, MEDIA = "keys/", "anchors/", "media/"
FIELDS: Mapping[str, type] = {
    "made_at": str,
    "portal": str,
    "server": int,
    "migrations": dict,
    "rows": dict,
    "files": int,
    "missing": list,
    "members": int,
    "bytes": int,
    "digests": str,
}


class NoBackup(ValueError):  # noqa: N818 -- reads as a sentence
    """The file is not a backup, or incomplete; the message says why."""


@dataclass(frozen=True)
class Signed:
    """A parsed manifest; ``key`` names the key that signed it, ``own`` whether that is the portal's, now or formerly."""

    content: Mapping[str, Any]
    key: str
    own: bool


def canonical(content: Any) -> bytes:
    """The bytes that are signed: UTF-8 JSON with sorted keys and no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def written(content: Mapping[str, Any]) -> bytes:
    """Bytes of the manifest in the archive."""
    held = {"format": FORMAT, **content}
    return json.dumps({"manifest": held, "signature": sealing.signature_of(canonical(held))}, ensure_ascii=False, indent=1).encode()


def read(content: bytes, named: Sequence[str] = ()) -> Signed:
    """Parse a manifest signed by the portal, or by a public key (PEM) in ``named``. Raises ``NoBackup``, ``UnusableKeyError``."""
    try:
        found = json.loads(content)
        held, signature = found["manifest"], found["signature"]
        shaped = held["format"] == FORMAT and all(isinstance(held[name], kind) for name, kind in FIELDS.items())
        key = str(signature["key"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        msg = "清单 manifest.json 读不出"
        raise NoBackup(msg) from error
    if not shaped:
        msg = f"清单的格式不是 {FORMAT}"
        raise NoBackup(msg)
    if doubt := sealing.doubts(signature, canonical(held), named):
        msg = f"清单{doubt}"
        raise NoBackup(msg)
    return Signed(held, key, key in sealing.trusted_keys())
