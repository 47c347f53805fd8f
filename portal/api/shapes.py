"""Bases of the serializers of rows and bodies: their fields are those of declared columns, and each has an example in the schema."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from districts.file.columns import DISTRICT
from greendistrict.columns.api import ApiField, api_field, api_fields, key_help
from greendistrict.columns.declared import Columns

UNKNOWN = "没有这个字段"
CODE = "城区代码"
MOMENT = "2026-03-01T09:00:00+08:00"
EXAMPLES: tuple[tuple[type[ApiField], Any], ...] = (
    (serializers.BooleanField, True),
    (serializers.IntegerField, 1),
    (serializers.DateTimeField, MOMENT),
    (serializers.DateField, MOMENT[:10]),
    (serializers.ListField, []),
    (serializers.DictField, {}),
)


class Shape(serializers.Serializer[Any]):
    """A row as the API tells it: fields of ``columns``, then its own, which replace those of the same name.

    ``example`` has the example values that neither a column nor the kind of a field gives.
    """

    columns: ClassVar[Columns | None] = None
    example: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        """Put its example into the schema, wherever it is read or sent."""
        super().__init_subclass__(**more)
        cls.example = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).get("example", {}).items()}
        extend_schema_serializer(examples=[OpenApiExample("示例", value=cls.shown())])(cls)

    def get_fields(self) -> dict[str, ApiField]:
        """Fields of its columns, then its own."""
        return {**(self.of_columns(self.columns) if self.columns else {}), **super().get_fields()}

    @staticmethod
    def of_columns(columns: Columns) -> dict[str, ApiField]:
        """Fields of columns, each in every row."""
        return api_fields(columns, required=True)

    @classmethod
    def shown(cls) -> dict[str, Any]:
        """An example of a row."""
        return {name: cls._shown(name, field) for name, field in cls().get_fields().items()}

    @classmethod
    def _shown(cls, name: str, field: ApiField) -> Any:
        """Example value of a field. Raises ``StopIteration`` for a text that needs one and has none."""
        if name in cls.example:
            return cls.example[name]
        column = cls.columns.get(name) if cls.columns else None
        return usual(field) if column is None or column.example is None else column.example


def usual(field: Any) -> Any:
    """Example value by the kind of a field."""
    if isinstance(field, serializers.ListSerializer):
        return [usual(field.child)]
    if hasattr(field, "shown"):
        return field.shown()
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    if field.allow_null:
        return None
    return "" if getattr(field, "allow_blank", False) else next(value for kind, value in EXAMPLES if isinstance(field, kind))


class SentShape(Shape):
    """What is sent: it refuses unknown fields instead of ignoring them. Fields of columns are optional, so is what has no example."""

    @staticmethod
    def of_columns(columns: Columns) -> dict[str, ApiField]:
        """Fields of columns, none of which needs to be sent."""
        return api_fields(columns)

    @classmethod
    def shown(cls) -> dict[str, Any]:
        """An example of what is needed, and of what ``example`` has besides."""
        fields = cls().get_fields()
        return {name: cls._shown(name, field) for name, field in fields.items() if field.required or name in cls.example}

    def to_internal_value(self, data: Any) -> Any:
        """Parsed values. Raises ``ValidationError`` naming each unknown and each invalid field."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(str(name) for name in data if name not in known):
                raise serializers.ValidationError({name: [UNKNOWN] for name in unknown})
        return super().to_internal_value(data)


class NewShape(SentShape):
    """A new row: what its model needs has to be sent."""

    @staticmethod
    def of_columns(columns: Columns) -> dict[str, ApiField]:
        """Fields of columns, as the model needs them."""
        return {name: api_field(column, required=True) if column.required else api_field(column) for name, column in columns.items()}


def key_of(model: type[Model], more: str = "", **other: Any) -> serializers.IntegerField:
    """Key of a row of a model; ``more`` is said of it in the schema."""
    return serializers.IntegerField(help_text=f"{key_help(model._meta.verbose_name)}{more}", **other)


class CodeField(serializers.SlugField):
    """Code of a district; ``more`` is said of it in the schema."""

    def __init__(self, more: str = "", **other: Any) -> None:
        super().__init__(help_text=f"{CODE}{more}", **other)


class DistrictShape(Shape):
    """A row of a district."""

    district = CodeField()
    district_name = serializers.CharField(help_text=DISTRICT["name"].label)
    is_demo = serializers.BooleanField(help_text="虚构城区")
    example: ClassVar = {"district": "yanshi-1", "district_name": "演示一城（虚构）"}
