"""Enter in a field presses the first button of its form: of several, no first one decides, refuses, skips or takes away.

Both the templates, with what they include, and the kept pages are read: some forms get their buttons from a loop, others stand in branches
that no kept page shows. A form whose buttons all decide something begins with ``components/no_enter.html``.
"""

import re
from pathlib import Path

from tests.pages.kept import FOLDER
from tests.pages.test_buttons import FORM, TEMPLATES, _whole

INPUT = re.compile(r'<input(?![^>]*type="hidden")|as_field_group|{{ (?:field|form)[ .}]')
WORDS = re.compile(r'<button\b(?![^>]*type="button")([^>]*)>(.*?)</button>', re.DOTALL)
NOTHING = "no_enter"
# What may be pressed by Enter: it stores what was typed, shows something, or is the only button that the page shows.
HARMLESS = {
    "保存", "暂存", "预览", "预览影响", "计算", "查找城区", "返回修改", "保存，再加一条", "保存，再加一项", "{{ more_label }}",
    "{{ again }}",     '{{ submit|default:"提交审核" }}', "{% if two %}提出{% endif %}解除关联",
}  # fmt: skip
TYPED_KINDS = {
    "text",
    "number",
    "date",
    "search",
    "password",
    "email",
    "tel",
    "url",
    "checkbox",
    "radio",
    "file",
    "datetime-local",
    "month",
}
KIND = re.compile(r"\btype=(\S+)")


def of_templates():
    """Template and first button of each form that has several and something to type or choose."""
    for path in TEMPLATES.rglob("*.html"):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            whole = _whole(form)
            buttons = WORDS.findall(whole)
            if len(buttons) > 1 and INPUT.search(whole):
                attributes, words = buttons[0]
                yield path.relative_to(TEMPLATES).as_posix(), NOTHING if "disabled hidden" in attributes else " ".join(words.split())


def of_kept_pages():
    """Text and first button of each form that a kept page shows whole, with several buttons and something to type or choose."""
    for path in sorted(FOLDER.rglob("*.txt")):
        for buttons, fields in forms_in(path):
            if len(buttons) > 1 and fields:
                yield path.relative_to(FOLDER).as_posix(), buttons[0]


def forms_in(path: Path):
    """Buttons and fields to type in of the forms of a kept text; what is told as a difference from another page is left out."""
    is_whole, buttons, fields = True, [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        is_whole = line.startswith("=== ") or (is_whole and not line.startswith("as "))
        if line.startswith(("=== ", "as ", "form ")) or not is_whole:
            yield buttons, fields
            buttons, fields = [], 0
        kind = KIND.search(line)
        if line.startswith("input ") and (kind[1] if kind else "text") in TYPED_KINDS:
            fields += 1
        elif line.startswith("button ") and kind and kind[1] == "submit" and " form=" not in line:
            buttons.append(NOTHING if " hidden" in line else line.split(" ")[-1])
    yield buttons, fields


def test_enter_presses_no_button_that_decides_something():
    found = [*of_templates(), *of_kept_pages()]
    assert len(found) > len(HARMLESS)
    assert {where: words for where, words in found if words not in HARMLESS | {NOTHING}} == {}


def test_every_judged_button_is_still_the_first_of_a_form():
    assert HARMLESS - {words for _, words in (*of_templates(), *of_kept_pages())} == set()
