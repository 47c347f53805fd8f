"""Normal form of an edition: plain ordered JSON, and its digest."""

import datetime as dt
import hashlib
import json
from typing import Any

import yaml

# Optional additions, and the meaning of leaving them out.
DEFAULTS: dict[str, Any] = {"when_absent": None, "shared_with": [], "auto": None}


def normalise(data: dict[str, Any]) -> dict[str, Any]:
    """The checked file as JSON; ``types`` and ``stages`` become lists, because JSON objects in the database lose their order."""
    document = _plain(data)
    for key in ("types", "stages"):
        document[key] = [{"key": name, "label": label} for name, label in data[key].items()]
    document["levels"] = document["levels"] or []
    document["chapters"] = document["chapters"] or []
    for chapter in document["chapters"]:
        chapter["items"] = [{**DEFAULTS, **item, "shared_with": item.get("shared_with") or []} for item in chapter["items"] or []]
    return dict(document)


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the normal form, hexadecimal."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    # The same number has the same digest in any notation.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def raw_of(document: dict[str, Any]) -> dict[str, Any]:
    """The normal form in the structure of a file; ``normalise`` returns the same document for it."""
    head, in_force = document["edition"], document["edition"]["in_force"]
    labels = {key: {entry["key"]: entry["label"] for entry in document[key]} for key in ("types", "stages")}
    return {
        **document,
        **labels,
        "edition": {**head, "in_force": dt.date.fromisoformat(in_force) if in_force else None},
    }


def use_note(*, official: bool) -> str:
    """What may be done with a file that holds clauses; empty for a reference edition, whose text is the platform's own."""
    return "含标准条文，条文有著作权，仅供本项工作使用，不得公开或者对外提供" if official else ""


def text_of(document: dict[str, Any]) -> str:
    """Return an edition as YAML text that reads back as the same document, under a comment on its use."""
    note = use_note(official=document["edition"]["official"])
    return (f"# {note}\n" if note else "") + yaml.dump(raw_of(document), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=140)


class _Plain(yaml.SafeDumper):
    """YAML dumper without anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True
