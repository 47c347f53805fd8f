"""Parsers of the API's bodies. Django REST framework imports them while it is imported itself, so nothing here imports its views."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 10  # levels; the deepest body of the API has three


class PlainJSONParser(JSONParser):
    """JSON of at most ten levels whose texts are valid Unicode."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Parsed body. Raises ``ParseError``."""
        deep = f"正文嵌套超过{DEEPEST}层"
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(deep) from error
        level = [data]
        for _ in range(DEEPEST):
            level = [inner for value in level for inner in _inside(value)]
        if level:
            raise ParseError(deep)
        return data


def _inside(value: Any) -> list[Any]:
    """Members of an object or a list with their names; empty for a plain value. Raises ``ParseError`` for halves of a character."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            msg = "正文中有不完整的字符（单独的 UTF-16 代理项）"
            raise ParseError(msg) from error
    return value if isinstance(value, list) else []
