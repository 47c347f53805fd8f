"""The OpenAPI schema prepared for the public page: operations with parameters, fields and examples."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

Shape = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
WORDS = {"string": "文本", "integer": "整数", "number": "数", "boolean": "是否", "array": "列表", "object": "对象"}
FORMATS = {"date": "日期", "date-time": "时间", "decimal": "小数（文本）", "binary": "文件", "uri": "地址"}
DEEPEST = 3


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The schema, generated once per process."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # ships half its types
    return made


def operations(made: Shape) -> list[dict[str, Any]]:
    """Page data of each operation, in schema order."""
    found = [(path, method, methods) for path, methods in made["paths"].items() for method in METHODS if method in methods]
    return [_operation(made, path, method, methods[method]) for path, method, methods in found]


def _operation(made: Shape, path: str, method: str, described: Shape) -> dict[str, Any]:
    body = _content(described.get("requestBody", {}))
    status, answer = next((key, one) for key, one in described["responses"].items() if key.startswith("2"))
    told = _content(answer)
    found = _resolved(made, told.get("schema", {}))
    rows = found.get("properties", {}).get("results")
    row, is_list = (_resolved(made, rows["items"]), True) if rows else (found, False)
    return {
        "name": described["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": described.get("summary", ""),
        "status": status,
        "is_list": is_list,
        "parameters": [(one["name"], _plain(one.get("description", ""))) for one in described.get("parameters", ())],
        "sent": list(_fields(made, body.get("schema", {}))),
        "sent_example": _example(body),
        "fields": list(_fields(made, row)),
        "example": _example(told),
        "refusals": [key for key in described["responses"] if key.startswith("4")],
    }


def _content(part: Shape) -> Shape:
    content = part.get("content", {})
    found: Shape = content.get("application/json") or next(iter(content.values()), {})
    return found


def _resolved(made: Shape, shape: Shape) -> Shape:
    while "$ref" in shape:
        shape = made["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return shape


def _fields(made: Shape, shape: Shape, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Name, type and description of each field, nested objects below their field."""
    found = _resolved(made, shape)
    for name, field in found.get("properties", {}).items():
        place = f"{path}{name}"
        yield place, _type(made, field), _plain(field.get("description", ""))
        if field.get("type") == "array" and place.count(".") < DEEPEST:
            yield from _fields(made, field["items"], f"{place}[].")


def _example(part: Shape) -> str:
    examples = part.get("examples", {})
    value = next(iter(examples.values()))["value"] if examples else part.get("example")
    return json.dumps(value, ensure_ascii=False, indent=2) if value is not None else ""


def _plain(text: str) -> str:
    """Description without Markdown."""
    return text.replace("* `", "").replace("`", "").replace(" - ", "　")


def _type(made: Shape, field: Shape) -> str:
    """Short name of the type."""
    kind = FORMATS.get(field.get("format", "")) or WORDS.get(field.get("type", ""))
    if kind is None:
        inner = _resolved(made, field)
        kind = WORDS.get(inner.get("type", ""), "取值之一") if "properties" in inner else "取值之一"
    return f"{kind}，可为空" if field.get("nullable") else kind
