"""The form in which templates are written, and that it changes no page."""

import pytest

from scripts.format_templates import LIMIT, formatted, same

LONG = "城区名单由区专门机构报送，" * 20


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<ul><li>甲</li><li>乙</li></ul>", ["<ul>", "  <li>甲</li>", "  <li>乙</li>", "</ul>"]),
        ("<p>甲{% if x %}<b>乙</b>{% endif %}丙</p>", ["<p>甲{% if x %}<b>乙</b>{% endif %}丙</p>"]),
        (
            '{% extends "base.html" %}{% load gd %}{% block content %}<h2>甲</h2><p>乙</p>{% endblock %}',
            ['{% extends "base.html" %}', "{% load gd %}", "{% block content %}", "  <h2>甲</h2>", "  <p>乙</p>", "{% endblock %}"],
        ),
        (
            "{% if x %}<div>{% endif %}<p>甲</p>{% if x %}</div>{% endif %}",
            ["{% if x %}<div>{% endif %}", "<p>甲</p>", "{% if x %}</div>{% endif %}"],
        ),
        ("{% comment %}a\n  b{% endcomment %}<p>甲</p>", ["{% comment %}", "a", "  b", "{% endcomment %}", "<p>甲</p>"]),
    ],
)
def test_parts_stand_in_lines_of_their_own(source, lines):
    assert formatted(source).split("\n")[:-1] == lines


@pytest.mark.parametrize(
    "source",
    [
        f"<p>{LONG}</p>",
        f"<p>{LONG} <b>x</b> {LONG}</p>",
        f"<p>{'word ' * 60}</p>",
        f'<div class="a" {"data-x=1 " * 30}id="b">甲</div>',
        f'<input aria-label="{LONG}{{% if x %}}{LONG}{{% endif %}}" name="x">',
        f'{{% include "a.html" with {" ".join(f"name{n}=value{n}" for n in range(30))} %}}',
        f'<textarea name="x" {"data-x=1 " * 30}>\n{{{{ x }}}}\n</textarea>',
        f"<{{% if x %}}a{{% else %}}b{{% endif %}} {'data-x=1 ' * 30}>甲</{{% if x %}}a{{% else %}}b{{% endif %}}>",
        f"{{% if x %}}{LONG}{{% elif y %}}<td>甲</td>{{% else %}} {LONG} {{% endif %}}",
    ],
)
def test_long_lines_are_broken_and_the_page_stays_the_same(source):
    written = formatted(source)
    assert same(source, written)
    assert formatted(written) == written
    assert max(map(len, written.split("\n"))) <= LIMIT


def test_a_block_without_an_end_is_named():
    with pytest.raises(ValueError, match="has no end"):
        formatted("{% if x %}<p>{% if y %}</p>{% endif %}")
