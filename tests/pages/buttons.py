"""Forms with several submit buttons: filled in every field, pressed at each button, and what became of the words that were typed."""

import itertools
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from lxml import html
from psycopg import sql

from tests.files import pdf
from tests.portal.writes import Writes

TYPED = "self::textarea or self::input[not(@type) or @type='text' or @type='number' or @type='date' or @type='file' or @type='search']"
SUBMITS = "(self::button and (not(@type) or @type='submit')) or (self::input and @type='submit')"


@dataclass
class ButtonForm:
    """A form of a page as a browser would send it: values by name, fields to type in by kind, and its buttons."""

    action: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # address, name, value


def forms_of(url, content, least=2):
    """Forms of a page that are posted, have something to type and at least so many ways to send it."""
    tree = html.fromstring(content)
    for form in tree.xpath("//form[translate(@method,'POST','post')='post']"):
        inside = form.xpath(".//*[self::input or self::textarea or self::select or self::button][not(@disabled)]")
        inside = [one for one in inside if one.get("form") in {None, form.get("id")}]
        if name := form.get("id"):
            inside += tree.xpath("//*[@form=$name]", name=name)
        found = ButtonForm(urljoin(url, form.get("action") or url))
        for one in inside:
            _add(found, one)
        found.buttons = list(dict.fromkeys(found.buttons))
        if found.typed and len(found.buttons) >= least:
            yield found


def _add(found, one):
    name, kind = one.get("name") or "", one.get("type") or one.tag
    if one.xpath(SUBMITS):
        found.buttons.append((urljoin(found.action, one.get("formaction") or ""), name, one.get("value") or ""))
    elif not name or kind == "button":
        return
    elif one.tag == "select":
        options = [option.get("value") or "" for option in one.xpath(".//option[not(@disabled)]")]
        chosen = one.xpath(".//option[@selected]")
        value = chosen[0].get("value") or "" if chosen else next((option for option in options if option), "")
        found.sent.append((name, value))
    elif kind in {"checkbox", "radio"}:
        taken = {key for key, _ in found.sent}
        if one.get("checked") is not None or (kind == "radio" and name not in taken) or (kind == "checkbox" and name not in taken):
            found.sent.append((name, one.get("value") or "on"))
    elif kind == "hidden":
        found.sent.append((name, one.get("value") or ""))
    elif one.xpath(TYPED):
        number = one.get("inputmode") in {"decimal", "numeric"} or kind == "number"
        found.typed[name] = "number" if number else kind if kind in {"date", "file"} else "text"


def filled(form):
    """A word for each field to type in, by its name, such as can be found again."""
    counting = itertools.count(11)
    words = {"text": "写{}在此", "number": "7.{}", "date": "2026-03-{}"}
    return {name: words[kind].format(next(counting)) for name, kind in form.typed.items() if kind != "file"}


def pressed(client, form, button):
    """The answer to one button, and the names of the fields whose words are neither stored nor shown again."""
    address, name, value = button
    words = filled(form)
    data = {}
    for key, one in form.sent:
        data.setdefault(key, []).append(one)
    data |= {key: [word] for key, word in words.items()}
    data |= {key: SimpleUploadedFile(f"写{key}在此.pdf", pdf(), "application/pdf") for key, kind in form.typed.items() if kind == "file"}
    if name:
        data[name] = [value]
    writes = Writes()
    with connection.execute_wrapper(writes):
        answer = client.post(address, data)
    shown = answer.content.decode() if not answer.streaming else ""
    if answer.status_code in {302, 303}:
        shown += client.get(answer["Location"]).content.decode()
    told = {**words, **{key: f"写{key}在此" for key, kind in form.typed.items() if kind == "file"}}
    kept = _stored(writes)
    return answer, [key for key, word in told.items() if word not in shown and not re.search(re.escape(word) + r"(?!\d)", kept)]


def _stored(writes):
    """Text of the newest rows of the tables that were written to, and of the audit."""
    with connection.cursor() as cursor:
        texts = []
        for table in [*sorted(writes.tables), "audit_auditrecord"]:
            newest = sql.SQL("SELECT string_agg(t::text, chr(10)) FROM (SELECT * FROM {} ORDER BY 1 DESC LIMIT 2000) t")
            cursor.execute(newest.format(sql.Identifier(table)))
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)
