"""Template filters and tags of the portal: dates, numbers with units, state tags, remaining time, icons, list filters."""

import datetime as dt
import functools
from collections.abc import Hashable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import forms, template
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from greendistrict.core.components import card, compared, table, term
from greendistrict.core.days import day_in_words
from greendistrict.core.forms import choice_words, field_links, plain_errors
from greendistrict.core.fragments import written
from greendistrict.core.integers import spans
from greendistrict.core.layout_text import layout_blocks, plain_words
from greendistrict.core.marked_text import marked
from greendistrict.core.masks import masked_mail, masked_phone
from greendistrict.core.memoisation import Kept
from greendistrict.core.rounding import half_up
from greendistrict.core.workdays import Remaining, term_in_words

register = template.Library()
register.tag(card)
register.tag(table)
register.inclusion_tag("components/term.html")(term)
register.inclusion_tag("components/compared.html")(compared)
register.filter("field_errors", plain_errors)
register.filter("layout_blocks", layout_blocks)
register.filter("plain_words", plain_words)

SOON_WORKING_DAYS = 5
# Tones of workflow states and steps, and their colours.
_TONES = {"neutral": "", "secondary": "", "info": "blue", "primary": "blue", "success": "green", "warning": "amber", "danger": "red"}
_BUTTONS = {"primary": "primary", "success": "primary", "danger": "refuse", "refuse": "refuse", "link": "link"}


@register.filter(name="marked")
def marked_line(line: str) -> str:
    """A stored line with bold and italic words as HTML."""
    return marked(line)


def _decimal(value: Any) -> Decimal | None:
    """Value as ``Decimal``; None for an empty value or text."""
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@register.filter
def cn_date(value: dt.date | None) -> str:
    """Date as 2026年11月20日; empty for None."""
    if not value:
        return ""
    day = timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    return day_in_words(day)


@register.filter
def term_day(value: dt.date | None) -> str:
    """Last day of a term that counts working days, as 2027年1月4日（暂定）; empty for None."""
    return term_in_words(value) if value else ""


register.filter(masked_phone)
register.filter(masked_mail)


@register.filter
def cn_datetime(value: dt.datetime | None) -> str:
    """Date and time as 2026年11月20日14:05 in Shanghai; empty for None."""
    if not value:
        return ""
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(moment)}{moment:%H:%M}"


@register.filter
def num(value: Any, decimals: int | None = None) -> str:
    """Number with thousands separators, rounded to ``decimals`` if given; empty for None."""
    number = _decimal(value)
    if number is None:
        return ""
    if decimals is not None:
        number = half_up(number, int(decimals))
    return f"{number:,f}".replace("-", "−")


@register.filter(name="spans")
def said_spans(numbers: Iterable[int]) -> str:
    """Ascending numbers as 1至5、8."""
    return spans(numbers, "至", "、")


@register.filter
def pct(value: Any, decimals: int = 1) -> str:
    """Share between 0 and 1 as a percentage (0.143 → 14.3%); empty for None."""
    number = _decimal(value)
    return "" if number is None else f"{num(number * 100, decimals)}%"


@register.filter
def km2(value: Any, decimals: int = 2) -> str:
    """Area in km² with unit; empty for None."""
    number = _decimal(value)
    return "" if number is None else f"{num(number, decimals)} km²"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Icon of the sprite; with ``label`` it has an accessible name, otherwise it is decorative."""
    return _icon(name, str(label), css)


@functools.lru_cache(512, typed=True)
def _icon(name: str, label: str, css: str) -> SafeString:
    return render_to_string("components/icon.html", {"name": name, "label": label, "css": css, "sprite": static("img/icons.svg")})


@register.simple_tag
def fixed(template: str, **shown: Hashable) -> SafeString:
    """Render a template once per process for the given arguments; it must show no request, person or token."""
    return written(template, **shown)


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, *names: str) -> SafeString:
    """Repeats the content of the first of these blocks that the page defines, such as the heading as title and last breadcrumb."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)  # missing if the frame itself is rendered as the page
    found = [block for name in names if (block := blocks.get_block(name))] if blocks else []
    return found[0].nodelist.render(context) if found else SafeString("")


@register.simple_tag(name="tag")
def state_tag(word: Any, tone: str | None = None) -> SafeString:
    """Tag in blue, green, amber, red, line or a workflow tone; grey without one. A state and a mark bring their own word and tone."""
    if tone is None:
        return _tag(str(getattr(word, "label", word)), getattr(word, "tone", ""))
    return _tag(str(word), tone)


@functools.lru_cache(512, typed=True)  # text marked safe must not share a cache entry with unmarked text
def _tag(text: str, tone: str) -> SafeString:
    return render_to_string("components/tag.html", {"word": text, "colour": _TONES.get(tone, tone)})


@register.simple_tag
def due_tag(days: int | None, mark: str = "") -> SafeString:
    """Remaining working days: grey, amber up to five, outlined today, red if overdue; empty for ``None``.

    ``mark`` stands behind it, where the due date has no mark of its own beside it. On a rest day, or before a due date on a rest day, no
    working day may be left although the due date is not today.
    """
    if days is None:
        return SafeString("")
    return _due(int(days), days.calendar if isinstance(days, Remaining) else int(days), mark)


@functools.lru_cache(512)
def _due(days: int, calendar: int, mark: str) -> SafeString:
    told = {"days": abs(days), "calendar": calendar, "soon": days <= SOON_WORKING_DAYS, "mark": mark}
    return render_to_string("components/due_tag.html", told)


@register.filter
def unit(field: forms.BoundField) -> str:
    """Unit of a form field, from ``data-unit`` of its widget."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def is_group(field: forms.BoundField) -> bool:
    """Whether a field is a set of radio buttons or checkboxes, which needs a legend instead of a label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_box(field: forms.BoundField) -> bool:
    """Whether a field is a single checkbox, whose label follows it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def error_links(source: forms.BaseForm | Iterable[Any] | None) -> list[tuple[str, str]]:
    """(anchor, message) for the errors of a form, of several forms, or of given messages and pairs."""
    if not source:
        return []
    if isinstance(source, forms.BaseForm):
        return field_links(source)
    links: list[tuple[str, str]] = []
    for entry in source:
        if isinstance(entry, forms.BaseForm):
            links += field_links(entry)
        else:
            links.append(entry if isinstance(entry, tuple) else ("", str(entry)))
    return links


_bars: Kept[SafeString] = Kept(512)


@register.simple_tag
def filter_field(bound: forms.BoundField) -> SafeString:
    """One field of a filter bar; cached by everything it shows."""
    if bound.errors:
        return bound.as_field_group()
    field = bound.field
    key = (
        (bound.html_name, bound.auto_id, str(bound.label), str(field.help_text), field.required, field.disabled),
        (type(field), type(field.widget), repr(sorted(field.widget.attrs.items())), str(bound.value())),
        tuple((str(value), str(words)) for value, words in getattr(field, "choices", ())),
    )
    return _bars.get(key, bound.as_field_group)


class Chip(NamedTuple):
    """One active condition of a filter: name, value, and the query without it."""

    label: str
    value: str
    without: str


@register.simple_tag(takes_context=True)
def active_filters(context: Context, form: forms.BaseForm) -> list[Chip]:
    """Active conditions of a filter form, taken from the query string."""
    query = context["request"].GET
    chips = []
    for bound in form:
        values = [value for value in query.getlist(bound.html_name) if value]
        if values and not bound.is_hidden:
            rest = query.copy()
            rest.pop(bound.html_name, None)
            rest.pop("page", None)
            chips.append(Chip(str(bound.label or ""), "、".join(_chosen(bound, values)), f"?{rest.urlencode()}"))
    return chips


def _chosen(bound: forms.BoundField, values: list[str]) -> list[str]:
    """Chosen values as labels."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return ["是"]
    if isinstance(bound.field, forms.DateField):  # noqa: TID251 -- of fields of others as well
        return [_day_words(value) for value in values]
    return [choice_words(bound, value) for value in values]


def _day_words(value: str) -> str:
    try:
        return cn_date(dt.date.fromisoformat(value))
    except ValueError:
        return value


@register.simple_tag(takes_context=True)
def sort_head(context: Context, label: str, field: str, *, num: bool = False) -> SafeString:
    """Table head that sorts by ``field``, of the page's own query."""
    return sorting_head(context["request"].GET, str(label), field, num=num)


def sorting_head(query: QueryDict, label: str, field: str, *, num: bool = False) -> SafeString:
    """Table head that sorts by ``field`` through ``?order=field`` / ``?order=-field`` and keeps the rest of the query; cached."""
    current = query.get("order", "")
    asked = {name: values for name, values in query.lists() if name != "page"} | {"order": [f"-{field}" if current == field else field]}
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    return written("components/sort_head.html", label=label, href=f"?{urlencode(asked, doseq=True)}", direction=direction, num=num)


@register.simple_tag(takes_context=True)
def count(context: Context, name: str) -> int | None:
    """Count shown in the page frame, by name (``todo``, ``unread``, ``due``); ``None`` without a provider or user."""
    shell = context.get("shell")
    counts = shell.counts if shell else None
    return counts[name] if counts else None


@register.filter
def moment(value: Any) -> str:
    """Date, date-time or text for a timeline."""
    if isinstance(value, dt.datetime):
        return cn_datetime(value)
    return cn_date(value) if isinstance(value, dt.date) else str(value or "")


@register.filter
def moment_iso(value: Any) -> str:
    """Machine-readable form of a date or date-time, to the second; empty for text."""
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else ""


@register.filter
def page_range(page: Any) -> list[int | str]:
    """Page numbers around the current one, with an ellipsis for each gap."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else "…" for number in shown]


@register.filter
def fours(digest: str) -> str:
    """Digest in groups of four characters."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


@register.filter
def fill(words: str, value: Any) -> str:
    """``"第{}次"|fill:2``: text of a component option with a value in its first placeholder."""
    return str(words).replace("{}", str(value), 1)


class RefusalParts(NamedTuple):
    """A refusal split into the parts shown on the page."""

    text: str
    required: str
    found: str
    remedy: str
    cite: str
    href: str


@register.filter
def refusal_parts(refusal: Any) -> RefusalParts:
    """Parts of a refusal, a policy verdict, a mapping or plain text, in one structure."""
    if isinstance(refusal, str):
        return RefusalParts(refusal, "", "", "", "", "")

    def read(*names: str) -> str:
        values = (refusal.get(name) if isinstance(refusal, dict) else getattr(refusal, name, None) for name in names)
        return next((str(value) for value in values if value), "")

    href = read("href") or (f"#id_{read('field')}" if read("field") else "")
    text = read("text", "message", "title") or str(refusal)
    return RefusalParts(text, read("required"), read("found"), read("remedy"), read("cite"), href)


@register.filter
def button_kind(tone: str) -> str:
    """Button class for a workflow tone: primary, refuse, link, otherwise plain."""
    return _BUTTONS.get(tone, "plain")
