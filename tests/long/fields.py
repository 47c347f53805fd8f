"""Forms of a page, and what somebody types: values that each field takes, near the days that the page names, now and then none it takes."""

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html
from PIL import Image

from tests.files import pdf

DAY = re.compile(r"(20\d\d)[年-](\d{1,2})[月-](\d{1,2})")
NUMBERS = ["0", "1", "2", "3", "10", "12.5", "0.01", "66.6666", "100", "2026", "2027", "5000"]
TEXTS = ["演示（虚构）", "第一行\n第二行", "𠮷𠀋𡃁（虚构）", "a<b>&\"'", "1", "演" * 60, "沪府〔2026〕12号", "2026年", "见附件"]
ODD = ["-1", "-0.5", "2147483648", "123456789012345678.12", "0.000000001", "2026-02-30", "1949-10-01", "0001-01-01", "9999-12-31"]
ODD += ["甲乙丙丁" * 300, "一" * 20_001, " ", "=1+1", "²", "["]
OWN_KIND = {
    "email": ["a@example.com"], "tel": ["021-12345678", "13800138000"], "url": ["https://example.com/a?b=1"],
    "time": ["09:00", "14:30"], "month": ["2026-12", "2027-01"],
}  # fmt: skip
TYPED = frozenset({"text", "textarea", "number", "date", "search", "tel", "url", "email", "time", "datetime-local", "month"})
WRONG_AGAIN, KEPT_AGAIN, KEPT, KEPT_EMPTY = 0.1, 0.95, 0.45, 0.12  # share of fields left as they are


@dataclass
class Field:
    """A field of a form: what it is, what stands in it, its choices and its attributes."""

    kind: str
    says: dict[str, str]
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def is_wrong(self):
        return self.says.get("aria-invalid") == "true"


@dataclass
class Form:
    """Fields of a form by name, its buttons as (name, value, address), and days that its page names."""

    action: str
    fields: dict[str, Field]
    buttons: list[tuple[str, str, str]]
    days: list[dt.date]


def forms_of(address, text):
    """Forms of a page that are posted and have a button."""
    page = html.fromstring(text)
    days = sorted({day for found in DAY.findall(page.text_content()) if (day := _day(*map(int, found)))})[:40]
    found = [_form(page, one, address, days) for one in page.iter("form") if one.get("method", "get").lower() == "post"]
    return [form for form in found if form.buttons]


def _day(year, month, day):
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _form(page, one, address, days):
    action, fields, buttons = urljoin(address, one.get("action") or address), {}, []
    outside = page.xpath("//*[@form=$key]", key=one.get("id")) if one.get("id") else []
    for element in [*one.iter("input", "select", "textarea", "button"), *outside]:
        name = element.get("name", "")
        kind = element.get("type", "text") if element.tag == "input" else element.tag
        if element.get("disabled") is not None or name == "csrfmiddlewaretoken":
            continue
        if element.tag == "button":
            if element.get("type", "submit") == "submit":
                buttons.append((name, element.get("value", ""), urljoin(address, element.get("formaction") or action)))
        elif name:
            _take(fields.setdefault(name, Field(kind, dict(element.attrib))), element)
    return Form(action, fields, buttons, days)


def _take(one, element):
    """Add what an element has to its field."""
    if element.tag == "select":
        options = [option for option in element.iter("option") if option.get("disabled") is None]
        one.choices += [option.get("value", option.text or "") for option in options]
        one.values += [option.get("value", option.text or "") for option in options if option.get("selected") is not None]
        if not one.values and "multiple" not in element.attrib:
            one.values += one.choices[:1]
    elif one.kind in {"radio", "checkbox"}:
        one.choices.append(element.get("value", "on"))
        one.values += [element.get("value", "on")] if element.get("checked") is not None else []
    else:
        one.values.append((element.text or "").removeprefix("\n") if element.tag == "textarea" else element.get("value", ""))


def filled(rng, form, today, *, bold, again):
    """What somebody sends: ``bold`` also what no field takes; ``again`` changes little but what was marked as wrong."""
    sent = {}
    for name, one in form.fields.items():
        kept = (WRONG_AGAIN if one.is_wrong else KEPT_AGAIN) if again else KEPT if any(one.values) else KEPT_EMPTY
        if one.kind == "file":
            if one.is_wrong or rng.random() < ("required" in one.says) * 0.4 + 0.4:
                sent[name] = a_file(rng, one.says.get("accept", ""))
        elif one.kind == "hidden" or (
            rng.random() < kept and (one.values or one.kind != "radio")
        ):  # a browser sends no form without its radio
            sent[name] = one.values
        elif one.choices:
            sent[name] = _picked(rng, one)
        elif bold and rng.random() < KEPT:
            sent[name] = [rng.choice(ODD)]
        elif "required" not in one.says and rng.random() < KEPT_EMPTY:
            sent[name] = [""]
        else:
            sent[name] = [rng.choice([*_words(one, form, today), *one.values])]
    return {name: value for name, value in sent.items() if value}


def _picked(rng, one):
    """Some of the choices; one of a list or of radio buttons, seldom the empty one."""
    if one.kind == "checkbox" or "multiple" in one.says:
        return [choice for choice in one.choices if rng.random() < KEPT]
    full = [choice for choice in one.choices if choice]
    return [rng.choice(full)] if full and rng.random() > KEPT_EMPTY else one.choices[:1]


def _words(one, form, today):
    """Values of the field's own kind."""
    if one.kind == "date":
        near = [today + dt.timedelta(days=days) for days in (-400, -30, -7, -1, 0, 0, 0, 1, 7, 40, 400)]
        return [day.isoformat() for day in [*near, *(day + dt.timedelta(days=step) for day in form.days for step in (-1, 0, 1))]]
    if one.kind == "datetime-local":
        return [f"{today + dt.timedelta(days=days)}T{hour}" for days in (-8, -1, 0, 1, 5, 30) for hour in ("09:00", "14:30")]
    if one.kind == "number" or one.says.get("inputmode") in {"numeric", "decimal"}:
        return [*NUMBERS, *filter(None, (one.says.get("min"), one.says.get("max")))]
    longest = int(one.says.get("maxlength") or 0)
    texts = [text for text in TEXTS if one.kind == "textarea" or "\n" not in text]  # as a browser sends a line
    return OWN_KIND.get(one.kind) or [*texts, *(["字" * longest] if 0 < longest < 5000 else [])]


def a_file(rng, accepts):
    """A small real file of a kind that is taken."""
    if "csv" in accepts and rng.random() < KEPT:
        return SimpleUploadedFile("表.csv", "编号,名称\nA-1,演示（虚构）\n".encode())
    if "pdf" in accepts or not accepts:
        return SimpleUploadedFile(f"文件{rng.randrange(5)}.pdf", pdf())
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (rng.randrange(255), 2, 3)).save(out, "PNG")
    return SimpleUploadedFile("图.png", out.getvalue())
