"""What-if pages: change values of a copy, with live total, star and easiest gains."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from greendistrict.accounts.viewer import viewer_of
from indicators.editions import selectors
from indicators.editions.forms import Trial, ValuesUpload
from indicators.editions.models import Edition
from indicators.scoring.explain import explain_chapter, explain_level, rule_words
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import ChapterRules, EditionRules, Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value
from indicators.scoring.values_file import ValuesFile, read_values
from indicators.what_if.what_if import TrialTable, easiest, way_to_next

OUT, ABSENT = "out", "absent"
SHOWN = 20
Choice = tuple[str, str, bool]


@dataclass
class Typed:
    """Parsed input: values by item, declarations, and unacceptable fields as (anchor, message)."""

    values: dict[str, Any] = field(default_factory=dict)
    exclusions: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)


def what_if(request: HttpRequest) -> HttpResponse:
    """Choose edition, type and stage; then type values, or load them from a file, and see what they bring."""
    editions = selectors.editions_visible_to(viewer_of(request)).filter(complete=True)
    form = Trial(request.GET or None, editions=editions)
    if not form.is_valid():
        return render(request, "indicators/what_if/what_if.html", {"form": form}, status=422 if form.errors else 200)
    edition, (kind, stage) = form.cleaned_data["edition"], form.cleaned_data["table"]
    return trial_page(request, edition, kind, stage, context={"form": form})


def trial_page(
    request: HttpRequest, edition: Edition, kind: str, stage: str, *, context: Mapping[str, Any], start: ValuesFile | None = None
) -> HttpResponse:
    """The page for one table of an edition, filled with ``start`` until something is posted. Writes nothing.

    What cannot be read is shown with its error, also to who wants to save: the file would go without it.
    """
    rules, live = selectors.rules_for(edition), bool(request.headers.get("HX-Request"))
    upload = ValuesUpload()
    if request.method != "POST" and start is not None:
        typed = typed_of(start, rules, kind, stage)
    elif request.method == "POST" and request.POST.get("do") == "load":
        typed, upload = _loaded(request, rules, kind, stage)
    else:
        typed = read_typed(request.POST, rules, kind, stage)
    if request.method == "POST" and request.POST.get("do") == "save" and not typed.errors:
        content = {"values": typed.values, "exclusions": typed.exclusions, "absent": typed.absent}
        response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="what-if-{edition.pk}.json"'
        return response
    shown = trial_context(edition, rules, typed, kind, stage, live=live) | {"upload": upload, **context}
    return render(request, "indicators/what_if/_what_if_outcome.html" if live else "indicators/what_if/what_if.html", shown)


def trial_context(edition: Edition, rules: EditionRules, typed: Typed, kind: str, stage: str, *, live: bool = False) -> dict[str, Any]:
    """What the page shows of a copy; a caller with values of its own fills ``typed`` (see ``typed_of``) and needs nothing else.

    ``live``: an answer while typing, without the way to the next star, which takes a second.
    """
    copy = TrialTable(rules, kind, stage, typed.values, tuple(typed.exclusions), tuple(typed.absent))
    context: dict[str, Any] = {
        "edition": edition,
        "type": rules.types[kind],
        "stage": rules.stages[stage],
        "errors": typed.errors,
        "live": live,
    }
    try:
        result = copy.result()
        gains = easiest(copy)
    except ScoringRefused as refused:
        return context | {"errors": [*typed.errors, ("", refused.reason)], "chapters": _chapters(rules, typed, kind, stage, {})}
    said = {True: "满足", False: "未满足", None: "不参评"}
    points = {
        one.id: "不参评" if one.excluded else said[one.holds] if one.points is None else f"{plain(one.points)}分" for one in result.items
    }
    labels = {level.key: level.label for level in rules.levels}
    return context | {
        "result": result,
        "level": labels.get(result.level or "", "未达到星级"),
        "blockers": explain_level(rules, result),
        "parts": [(chapter, explain_chapter(rules, chapter)) for chapter in result.chapters],
        "gains": gains[:SHOWN],
        "more": max(0, len(gains) - SHOWN),
        "way": () if live else way_to_next(copy),
        "next": next(((level.label, level.least - result.total) for level in rules.levels if result.total < level.least), None),
        "chapters": _chapters(rules, typed, kind, stage, points),
        "points": [(number, points[name]) for number, name in enumerate(rules.table(kind, stage).items, start=1)],
    }


def read_typed(posted: QueryDict, rules: EditionRules, kind: str, stage: str) -> Typed:
    """Read the fields of the page; what cannot be taken is named and counts as not filled in."""
    typed = Typed()
    for number, (name, item) in enumerate(rules.table(kind, stage).items.items(), start=1):
        posted_as = f"v:{name}"
        if item.ratio:
            raw: Any = {key: posted.get(f"{posted_as}:{key}", "") for key in "ab"}
        elif item.rule["kind"] == "all_of":
            entries = {entry["value"]["key"]: entry["rule"] for entry in item.rule["rules"]}
            raw = {key: _part(posted, f"{posted_as}:{key}", rule) for key, rule in entries.items()}
        else:
            raw = _part(posted, posted_as, item.rule)
        state = posted.get(f"s:{name}", "")
        if state == OUT and item.can_leave:
            typed.exclusions[name] = "试算"
        elif state == ABSENT and item.when_absent:
            typed.absent[name] = "试算"
        _take(typed, item, raw, number)
    return typed


def _take(typed: Typed, item: Item, raw: Any, number: int) -> None:
    typed.raw[item.id] = raw
    try:
        value = check_value(item, raw)
    except ValueProblem as problem:
        typed.errors.append((f"v-{number}-1", f"{item.id} {item.title}：{problem.message}"))
        return
    if value is not None:
        typed.values[item.id] = value


def _part(posted: QueryDict, name: str, rule: Mapping[str, Any]) -> Any:
    return posted.getlist(name) or None if rule["kind"] == "checklist" else posted.get(name, "")


def _loaded(request: HttpRequest, rules: EditionRules, kind: str, stage: str) -> tuple[Typed, ValuesUpload]:
    """Values of an uploaded file instead of those on the page; an unusable file leaves the page unchanged."""
    upload = ValuesUpload(request.POST, request.FILES)
    if not upload.is_valid():
        return read_typed(request.POST, rules, kind, stage), upload
    try:
        found = read_values(upload.cleaned_data["values"].read())
    except ScoringRefused as refused:
        upload.add_error("values", refused.reason)
        return read_typed(request.POST, rules, kind, stage), upload
    unknown = found.unknown(rules.items)
    if unknown:
        upload.add_error("values", f"{rules.code} 没有条文 {'、'.join(unknown[:5])}")
        return read_typed(request.POST, rules, kind, stage), upload
    return typed_of(found, rules, kind, stage), ValuesUpload()


def typed_of(found: ValuesFile, rules: EditionRules, kind: str, stage: str) -> Typed:
    """Input filled from existing values, of a file or a score table."""
    typed = Typed()
    for number, (name, item) in enumerate(rules.table(kind, stage).items.items(), start=1):
        _take(typed, item, found.values.get(name), number)
        if name in found.exclusions:
            typed.exclusions[name] = found.exclusions[name]
        elif name in found.absent:
            typed.absent[name] = found.absent[name]
    return typed


def _chapters(
    rules: EditionRules, typed: Typed, kind: str, stage: str, points: Mapping[str, str]
) -> list[tuple[ChapterRules, list[dict[str, Any]]]]:
    """Of each item its controls, and how it may be excluded from the table (``leaves``)."""
    table = rules.table(kind, stage)
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, (name, item) in enumerate(table.items.items(), start=1):
        leaves = list[Choice]()
        if item.can_leave or item.when_absent:
            leaves.append(("", "参评", name not in typed.exclusions and name not in typed.absent))
        if item.can_leave:
            leaves.append((OUT, "不参评", name in typed.exclusions))
        if item.when_absent:
            leaves.append((ABSENT, "声明不存在", name in typed.absent))
        inputs = [{**one, "id": f"v-{number}-{at}"} for at, one in enumerate(_inputs(item, typed.raw.get(name)), start=1)]
        row = {"number": number, "item": item, "rule": rule_words(item), "inputs": inputs, "leaves": leaves}
        rows.setdefault(item.chapter, []).append({**row, "points": points.get(name, "")})
    return [(chapter, rows[chapter.key]) for chapter in table.chapters if chapter.items]


def _inputs(item: Item, raw: Any) -> list[dict[str, Any]]:
    """Controls of an item: name, words, what stands in each; ``choices`` of a list with what is chosen."""
    name = f"v:{item.id}"
    if item.ratio:
        given = raw if isinstance(raw, Mapping) else {}
        entries = item.data["inputs"]
        return [_text_input(f"{name}:{entry['key']}", entry["label"], entry["unit"], given.get(entry["key"])) for entry in entries]
    if item.rule["kind"] == "all_of":
        given = raw if isinstance(raw, Mapping) else {}
        parts = [(one["value"], one["rule"]) for one in item.rule["rules"]]
        return [_input(f"{name}:{value['key']}", value["label"], value, rule, given.get(value["key"])) for value, rule in parts]
    return [_input(name, item.title, item.value, item.rule, raw)]


def _input(name: str, label: str, value: Mapping[str, Any] | None, rule: Mapping[str, Any], raw: Any) -> dict[str, Any]:
    kind = rule["kind"]
    if kind == "checklist":
        chosen = raw if isinstance(raw, list | tuple) else [raw]
        ticks = [(one["key"], one["text"], one["key"] in chosen) for one in rule["parts"]]
        return {"name": name, "form": "ticks", "label": label, "choices": ticks}
    if kind == "choice" or (kind == "pass" and "op" not in rule):
        options = [(one["key"], one["text"]) for one in rule.get("options", ())] or [("true", "满足"), ("false", "不满足")]
        now = str(raw).lower() if isinstance(raw, bool) else raw
        choices = [("", "未填", not now), *((key, text, key == now) for key, text in options)]
        return {"name": name, "form": "list", "label": label, "choices": choices}
    return _text_input(name, label, {"count": "项", "claimed": "分"}.get(kind, value["unit"] if value else ""), raw)


def _text_input(name: str, label: str, unit: str, raw: Any) -> dict[str, Any]:
    text = "" if raw is None or isinstance(raw, bool | list | Mapping) else str(raw)
    return {"name": name, "form": "text", "label": label, "unit": unit, "text": text}
