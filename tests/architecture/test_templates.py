import re
from functools import cache

import pytest
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

from greendistrict.core.loader import joined
from scripts.format_templates import LIMIT, formatted
from tests.architecture.sources import ROOT

TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html"))
# The words of help texts are the code's own; Django marks its password help up as a list.
SAFE = {"django/forms/_notes.html"}
# Mail programs know no style sheets of a site; the portal's security policy does not reach them.
MAILED = {"notifications/mail.html"}
# Pages that are only printed, each with a style sheet of its own that knows no component (docs/pages.md).
PRINTED = {"reports/letters/_letter.html", "pdf/blocks/pairs.html", "pdf/blocks/table.html"}


@cache
def source_of(name):
    return (ROOT / "templates" / name).read_text(encoding="utf-8")


@cache
def text_of(name):
    """A template as it is compiled: what is searched for may go over two lines."""
    return joined(source_of(name))


def written_in(pattern, names=TEMPLATES):
    """Which of the templates have what the pattern finds; one test for all of them, for each test costs more than the search."""
    return [name for name in names if re.search(pattern, text_of(name))]


# What the policy forbids; the first two are the portal's alone.
STYLES = {"a style attribute": r"\sstyle=", "a style element": r"<style\b"}
SCRIPTS = {
    "a handler": r"\son[a-z]+=[\"']",
    "a script in the page": r"<script\b(?![^>]*src=)[^>]*>",
    "something from elsewhere": r"(src|href)=[\"'](https?:)?//",
}


@pytest.mark.parametrize("what", [*STYLES, *SCRIPTS])
def test_templates_keep_to_the_security_policy(what):
    assert written_in((STYLES | SCRIPTS)[what], [name for name in TEMPLATES if what in SCRIPTS or name not in MAILED]) == []


@pytest.mark.parametrize("pattern", [r"\|\s*safe\b", "autoescape off"])
def test_templates_escape_what_they_print(pattern):
    assert written_in(pattern, sorted(set(TEMPLATES) - SAFE)) == []


def test_templates_stand_in_their_one_form():
    """After a conflict in a template: take either side, make the other change again, run ``make format``."""
    other = [name for name in TEMPLATES if formatted(source_of(name)) != source_of(name)]
    assert other == [], "run make format"


def test_lines_of_templates_can_be_read():
    long = [f"{name}:{number}" for name in TEMPLATES for number, line in enumerate(source_of(name).splitlines(), 1) if len(line) > LIMIT]
    assert long == []


def test_tables_are_written_by_their_component():
    by_hand = {name for name in TEMPLATES if "<table" in text_of(name)}
    assert by_hand == {"components/table.html"} | PRINTED


# Pages of land, carbon and operation, which are read on site and in meetings.
ON_SITE = ("carbon/", "operation/", "districts/file/", "districts/lists/", "districts/overview/", "districts/plots/", "districts/projects/")
FEW = 4  # columns that fit a phone (docs/pages.md)


def test_wide_tables_of_land_carbon_and_operation_turn_on_a_phone():
    found = {
        (name, options.split('"')[1] if '"' in options else options.strip())
        for name in TEMPLATES
        if name.startswith(ON_SITE)
        for options, heads in re.findall(r"\{% table (.*?)%\}(.*?)\{% rows %\}", text_of(name), re.DOTALL)
        if "turn=True" not in options and (heads.count("<th") > FEW or "{% for " in heads)
    }
    assert found == set()


# What may be left out on a phone, where a cell before the name of a row is not shown (docs/pages.md).
LEFT_OUT = {"序号", "件号", "条文号", "编号"}


def test_tables_that_turn_on_a_phone_begin_with_the_name_of_the_row_or_its_number():
    found = set()
    for name in TEMPLATES:
        for options, table in re.findall(r"\{% table ([^%]*)%\}(.*?)\{% endtable %\}", text_of(name), re.DOTALL):
            heads, _, rows = table.partition("{% rows %}")
            head = re.sub(r"<[^>]+>", "", next(iter(re.findall(r"<th[^>]*>.*?</th>", heads, re.DOTALL)), ""))
            first = re.search(r"<tr[^>]*>\s*(?:\{%(?! include)[^%]*%\}\s*)*<td(?![^>]*(?:gd-state|colspan))", rows)
            if "turn=True" in options and "gd-table-fill" not in options and first and head not in LEFT_OUT:
                found.add((name, head))
    assert found == set()


# Lists of requirement and finding in a check, whose lines are columns of it, and the foot of the frame (docs/pages.md).
LISTS = {
    "assessments/self_checks/selfcheck_detail.html", "assessments/stage_assessments/_aspect.html", "components/check.html",
    "components/footer.html", "refused.html",
}  # fmt: skip


def test_definition_lists_are_of_one_kind():
    """``gd-dl``, or ``gd-kv`` for figures; a line without mark-up is written by its tag."""
    other, lines = set(), set()
    for name in TEMPLATES:
        text = text_of(name)
        other |= {name} if re.search(r"<dl(?! class=\"gd-(dl|kv)\b)", text) else set()
        plain = re.search(r"<dt>[^<{]*</dt><dd>(\{\{ [^}]* \}\}|[^<{]*)</dd>", text)
        lines |= {name} if plain else set()
    assert (other, lines) == (LISTS, set())


@pytest.mark.parametrize(
    ("written", "component"),
    [
        (r"class=\"gd-tag[\" ]", "components/tag.html"),
        (r"class=\"gd-timeline[\" {]", "components/timeline.html"),
        (r"class=\"gd-card[^>]*>\s*<header>", "components/card.html"),
        (r"<li>(?:[^<]*)<a href=\"\{% url .documents:download.[^>]*>[^<]*</a>(?:\{% endreaders %\})?　<span", "components/file_line.html"),
    ],
)
def test_what_recurs_is_written_by_its_component(written, component):
    assert {name for name in TEMPLATES if re.search(written, text_of(name))} <= {component}
    assert re.search(written, re.sub(r"\{% if [^%]*%\}|\{% endif %\}", "", text_of(component)))


def test_base_templates_are_short():
    assert {name: count for name in TEMPLATES if "base" in name and (count := len(source_of(name).splitlines())) > 200} == {}


def test_interface_keeps_its_voice():
    assert written_in(r"！|[\U0001F300-\U0001FAFF]") == []


def test_forms_that_post_leave_checking_to_the_server():
    """The browser's own bubbles vanish, speak its language and name one field; the page says all, beside each field."""
    form = re.compile(r"<form\b((?:[^>{]|\{[%{].*?[%}]\}|\{)*)>(.*?)</form>", re.DOTALL)
    bare = [
        name
        for name in TEMPLATES
        for head, body in form.findall(text_of(name))
        if 'method="post"' in head and "novalidate" not in head and ("as_field_group" in body or "{{ form }}" in body)
    ]
    assert bare == []


def test_way_to_a_page_begins_at_the_work_desk_by_itself():
    """The frame prints the first crumb; a page that adds its own would show it twice."""
    twice = [name for name in TEMPLATES if re.search(r"\{% block crumb_path %\}.*portal:workdesk", text_of(name))]
    assert twice == []


def test_forms_that_post_carry_their_token():
    bare = [
        name
        for name in TEMPLATES
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text_of(name), re.DOTALL)
        if "csrf_token" not in form
    ]
    assert bare == []


def test_the_stage_of_a_district_is_said_with_its_certainty():
    """``components/stage_word.html`` says it; the bare word calls what nobody knows 培育."""
    assert written_in(r"\bdistrict\.get_stage_display") == []


def test_no_frame_has_a_block_of_its_own_frame_inside_another():
    """Whoever fills such a block would fill both, and the page would say it twice."""
    twice = []
    for name in TEMPLATES:
        nodes = get_template(name).template.nodelist
        for frame in nodes.get_nodes_by_type(ExtendsNode):
            own = {inner.name for block in frame.blocks.values() for inner in block.nodelist.get_nodes_by_type(BlockNode)}
            twice += [(name, block) for block in own & blocks_above(frame)]
    assert twice == []


def blocks_above(frame):
    """Names of the blocks of all templates that this one extends."""
    if not isinstance(frame.parent_name.var, str):
        return set()  # a frame that the view names
    parent = get_template(frame.parent_name.var).template.nodelist
    names = {block.name for block in parent.get_nodes_by_type(BlockNode)}
    return names.union(*map(blocks_above, parent.get_nodes_by_type(ExtendsNode)))
