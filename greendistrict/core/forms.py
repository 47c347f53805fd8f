"""Renderer for forms: Bootstrap classes on widgets, label above, plain error messages between label and field.

Forms are written as usual; ``{{ field.as_field_group }}`` or ``{{ form }}`` renders them with ``templates/django/forms``.
A field states its unit in ``widget.attrs["data-unit"]``, such as ``forms.NumberInput(attrs={"data-unit": "km²"})``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import django
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.choices import flatten_choices
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

_NATIVE = frozenset({"checkbox", "radio", "file", "hidden", "submit", "button"})
_GROUPS = frozenset({"radio.html", "checkbox_select.html", "box_list.html", "multiple_hidden.html", "clearable_file_input.html"})
_DJANGO = Path(django.__file__).parent / "forms" / "templates"


class BootstrapRenderer(DjangoTemplates):
    """Renders the project's form templates before Django's and adds CSS classes to widgets."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"

    @cached_property
    def engine(self) -> Any:
        """Template engine with the project's templates and Django's widgets."""
        ours, theirs = [settings.BASE_DIR / "templates"], [_DJANGO]
        loaders = [("greendistrict.core.loader.Loader", ours), ("django.template.loaders.filesystem.Loader", theirs)]
        options = {"loaders": [("django.template.loaders.cached.Loader", loaders)]}
        return self.backend({"APP_DIRS": False, "DIRS": [], "NAME": "forms", "OPTIONS": options})

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Render a template; a widget in the context gets its classes first."""
        if "widget" in context:
            _dress(context["widget"])
        return SafeString(super().render(template_name, context, request))


def _dress(widget: dict[str, Any]) -> None:
    """Add the Bootstrap class to the context of a widget and of its subwidgets."""
    for part in widget.get("subwidgets", ()):
        _dress(part)
    name = Path(widget["template_name"]).name
    if widget.get("type") in _NATIVE or name in _GROUPS:
        return
    attrs = widget["attrs"]
    css = [attrs.get("class", ""), "form-select" if name == "select.html" else "form-control"]
    if attrs.get("aria-invalid") == "true":
        css.append("is-invalid")
    attrs["class"] = " ".join(filter(None, css))


def field_links(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Errors of a form without duplicates as (anchor without ``#``, message with label); errors of the whole form have no anchor.

    Those with an anchor are links already, so a link in the message is given as its text.
    """
    found = [("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        label = str(bound.label or "").rstrip("：:")
        anchor = bound.id_for_label or bound.auto_id
        texts = (unescape(strip_tags(message)).strip() if isinstance(message, SafeString) else message for message in plain_errors(bound))
        found += [(anchor, text if text.startswith(label) else f"{label}：{text}") for text in texts]
    return found


def choice_words(bound: forms.BoundField, value: str) -> str:
    """A value as shown on the page: for a choice its label, including choices in groups."""
    choices = getattr(bound.field, "choices", ())
    pairs: list[Any] = list(flatten_choices(iter(choices)))  # choices of django-filter may have no length
    words = {str(key): str(word) for key, word in pairs}
    return words.get(value, value)


# Replacements for Django's messages by error code; messages written in a form are kept.
_PLAIN = {
    "max_value": "不大于{limit_value}",
    "min_value": "不小于{limit_value}",
    "max_length": "不超过{limit_value}个字，现有{show_value}个字",
    "min_length": "至少{limit_value}个字，现有{show_value}个字",
    "max_digits": "最多{max}位数字",
    "max_decimal_places": "最多{max}位小数",
    "max_whole_digits": "小数点前最多{max}位",
    "invalid_choice": "请从列出的选项中选择",
}
_INVALID = ((forms.DateTimeField, "请填写日期和时间"), (forms.DateField, "请填写日期，例如2026-11-20"), (forms.IntegerField, "请填写数字"))  # noqa: TID251 -- fields of others as well


def plain_errors(bound: forms.BoundField) -> list[str]:
    """Errors of a field in plain words that say what to do."""
    return [_plain(bound, error) for error in bound.errors.as_data()]


def _plain(bound: forms.BoundField, error: ValidationError) -> str:
    if isinstance(error.message, SafeString):
        return error.message
    given = str(error.message % error.params if error.params else error.message).rstrip("。")
    code = error.code or ""
    if not isinstance(error.message, Promise):  # Django's own messages are lazy, a form's own are not
        return given
    if code == "required":
        return _asked(bound)
    if code == "invalid":
        return next((words for kind, words in _INVALID if isinstance(bound.field, kind)), given)
    return _PLAIN[code].format(**(error.params or {})) if code in _PLAIN else given


def _asked(bound: forms.BoundField) -> str:
    """Error message for an empty required field."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "请勾选确认"
    if isinstance(widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "请选择"
    return "请选择文件" if isinstance(widget, forms.FileInput) else "请填写"


class DatedForm(forms.Form):
    """A form that is filled in on a day."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today


def form_on(today: dt.date, form: type[forms.BaseForm], *args: Any, **kwargs: Any) -> forms.BaseForm:
    """A form of any kind, made for a day if it is filled in on one."""
    return form(*args, today=today, **kwargs) if issubclass(form, DatedForm) else form(*args, **kwargs)


def per_file(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The values of a form once for each of the files in ``upload``, once without one; a typed title is that of a single file."""
    uploads = data.get("upload")
    for upload in (uploads or [None]) if isinstance(uploads, list) else [uploads]:
        title = {"title": ""} if "title" in data and isinstance(uploads, list) and len(uploads) > 1 else {}
        yield {**data, **({"upload": upload} if "upload" in data else {}), **title}
