"""What the template loader makes of a page's source."""

import pytest
from django.template import Context, Engine

from greendistrict.core.loader import joined


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("<p>城区\n  名单</p>\n", "<p>城区名单</p>"),
        ("<p>第1次&#32;\n  <b>三年</b></p>", "<p>第1次 <b>三年</b></p>"),
        ("<b>得分</b>\n　<i>9</i>", "<b>得分</b>　<i>9</i>"),  # an ideographic space is a sign of the text
        ("<p>a b</p> <i>c</i>", "<p>a b</p> <i>c</i>"),
        ('<a class="x"\n    href="y"\n>z</a>', '<a class="x" href="y">z</a>'),
        ('<br\n/><input value="甲，\n    乙">', '<br/><input value="甲，乙">'),
        ("<a{% if one %}\n href='x'{% endif %}>", "<a{% if one %} href='x'{% endif %}>"),
        ('<a title="{% if x > 1 %}多{% endif %}\n  个" id="n">', '<a title="{% if x > 1 %}多{% endif %}个" id="n">'),
        ('{% include "a.html"\n  with b=c %}\n{{ d\n }}', '{% include "a.html" with b=c %}{{ d }}'),
        ('<{% if x %}a{% else %}b{% endif %}\n  class="c">', '<{% if x %}a{% else %}b{% endif %} class="c">'),
        (
            '<textarea\n  name="x">\n{{ a\n }}\n  b</textarea>\n<pre>\n  c\n</pre>\n',
            '<textarea name="x">\n{{ a }}\n  b</textarea><pre>\n  c\n</pre>',
        ),
        ("{% comment %}\nkeeps\n  its lines\n{% endcomment %}\n<p>", "{% comment %}\nkeeps\n  its lines\n{% endcomment %}<p>"),
    ],
)
def test_page_is_compiled_without_the_line_breaks_of_its_source(source, page):
    assert joined(source) == page
    assert joined(page) == page


def test_pages_lose_their_line_breaks_and_letters_keep_theirs(tmp_path):
    text = "{% if x %}\n甲\n  乙\n{% endif %}\n"
    for name in ("page.html", "letter.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    engine = Engine(dirs=[tmp_path], loaders=["greendistrict.core.loader.Loader"])
    page, letter = (engine.get_template(name).render(Context({"x": 1})) for name in ("page.html", "letter.txt"))
    assert (page, letter) == ("甲乙", "\n甲\n  乙\n\n")
