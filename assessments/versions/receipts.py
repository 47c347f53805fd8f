"""Content and verification of submission receipts (pure functions; only the file and the public key are needed).

A receipt is a JSON object ``{"receipt": …, "signature": {"algorithm", "key", "value"}}``, signed with Ed25519 over ``canonical(receipt)``.
Every value carries the SHA-256 of its own canonical form, so that verification can name the altered clause.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from greendistrict.core import sealing

FORMAT = "greendistrict.receipt/1"
VALUE_FIELDS = ("item_id", "title", "value", "exclusion_reason", "absent_reason", "explanation", "target", "build_state")
PLACE_FIELDS = ("page_end", "passage")  # where they are named


class NoReceiptError(ValueError):
    """The file is not a receipt; the message says why."""


def canonical(content: Any) -> bytes:
    """The bytes that are signed: UTF-8 JSON with sorted keys and no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(content: Any) -> str:
    """SHA-256 (hex) of the canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def values_of(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Values of a frozen version's rows, each with its digest."""
    found = [{name: row[name] for name in VALUE_FIELDS} for row in rows]
    return [{**value, "sha256": digest(value)} for value in found]


def files_of(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files of a frozen version, each once, with the clauses they prove and the cited place."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        for file in row["evidence"]:
            entry = found.setdefault(file["key"], {name: file[name] for name in ("title", "version", "sha256")} | {"clauses": []})
            place = {name: file[name] for name in PLACE_FIELDS if file.get(name)}
            entry["clauses"].append({"item_id": row["item_id"], "page": file["page"], **place})
    return list(found.values())


def document(receipt: Mapping[str, Any], *, key: str, signature: str) -> bytes:
    """The receipt file for download; ``key`` names the public key."""
    signed = {"receipt": receipt, "signature": {"algorithm": sealing.ALGORITHM, "key": key, "value": signature}}
    return json.dumps(signed, ensure_ascii=False, indent=1).encode()


def read(content: bytes) -> dict[str, Any]:
    """Parse the file of a receipt. Raises ``NoReceiptError``."""
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_no_constant)
    except NoReceiptError:
        raise
    except (ValueError, RecursionError) as error:
        msg = "文件不是 JSON"
        raise NoReceiptError(msg) from error
    if not isinstance(found, dict) or set(found) != {"receipt", "signature"} or not _shaped(found["receipt"]):
        msg = "文件不是回执，或含有未签署的内容"
        raise NoReceiptError(msg)
    if not isinstance(found["signature"], dict) or found["signature"].get("algorithm") != sealing.ALGORITHM:
        msg = f"签名不是 {sealing.ALGORITHM}"
        raise NoReceiptError(msg)
    return found


def _shaped(receipt: Any) -> bool:
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        return False
    lists = [receipt.get(name) for name in ("values", "files")]
    return isinstance(receipt.get("counts"), dict) and all(
        isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries) for entries in lists
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        msg = f"同一项写了两次：{next(name for name in names if names.count(name) > 1)}"
        raise NoReceiptError(msg)
    return dict(pairs)


def _no_constant(text: str) -> NoReturn:
    msg = f"含有回执中不会有的数：{text}"
    raise NoReceiptError(msg)


def faults(content: Mapping[str, Any], pem: str) -> list[str]:
    """All faults of a parsed receipt in words; empty if it is valid. ``pem`` is the public key."""
    receipt, signature = content["receipt"], content["signature"]
    try:
        given = sealing.key_id(pem)
        if signature.get("key") != given:
            return [f"回执由另一把密钥（{signature.get('key')}）签署，给的公钥是{given}"]
        signed = sealing.verifies(pem, str(signature.get("value")), canonical(receipt))
    except sealing.UnusableKeyError as error:
        return [f"公钥{error}"]
    found = [] if signed else ["签名不符：回执的内容与签署时不同"]
    return [*found, *_altered(receipt)]


def _altered(receipt: Mapping[str, Any]) -> Iterator[str]:
    for entry in receipt["values"]:
        if entry.get("sha256") != digest({name: value for name, value in entry.items() if name != "sha256"}):
            yield f"条文 {entry.get('item_id')} 的内容与其校验值不符"
    for name, label in (("values", "条文"), ("files", "材料")):
        said, there = receipt["counts"].get(name), len(receipt[name])
        if said != there:
            yield f"{label}应为{said}，文件中有{there}"
