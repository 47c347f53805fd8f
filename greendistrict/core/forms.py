"""Forms in the portal's dress: Bootstrap classes on every widget, label on top, error above the field in plain words.

A form is written as usual; ``{{ field.as_field_group }}`` or ``{{ form }}`` renders it through ``templates/django/forms``.
A field names its unit with ``widget.attrs["data-unit"]``, e.g. ``forms.NumberInput(attrs={"data-unit": "km²"})``.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import django
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString

_NATIVE = frozenset({"checkbox", "radio", "file", "hidden", "submit", "button"})
_GROUPS = frozenset({"radio.html", "checkbox_select.html", "multiple_hidden.html", "clearable_file_input.html"})
_DJANGO = Path(django.__file__).parent / "forms" / DjangoTemplates.backend.app_dirname


class BootstrapRenderer(DjangoTemplates):
    """Our templates before Django's; widgets get their class here, wherever they are rendered."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"

    @cached_property
    def engine(self) -> Any:
        """Template engine over the project's templates and the widgets Django ships."""
        folders = [folder for entry in settings.TEMPLATES for folder in entry["DIRS"]]
        return self.backend({"APP_DIRS": False, "DIRS": [*folders, _DJANGO], "NAME": "forms", "OPTIONS": {}})

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Render a template; a widget in the context is dressed first."""
        if "widget" in context:
            _dress(context["widget"])
        return super().render(template_name, context, request)


def _dress(widget: dict[str, Any]) -> None:
    """Put the Bootstrap class on a widget's context and on its parts."""
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
    """Each error of a form as (anchor without ``#``, words led by the label); errors of the whole form have no anchor."""
    found = [("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        label = str(bound.label or "").rstrip("：:")
        found += [(bound.id_for_label or bound.auto_id, f"{label}：{message}" if label else str(message)) for message in bound.errors]
    return found
