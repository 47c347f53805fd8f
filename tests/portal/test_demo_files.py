"""Files of the demo: each is made once, its bytes are used for every upload of that title."""

from reports.common import render
from tools.demo import files


def test_a_file_is_made_once_and_its_bytes_are_used_again(monkeypatch):
    made = []
    draw = render.from_html
    monkeypatch.setattr(render, "from_html", lambda html, **about: made.append(html) or draw(html, **about))
    files.content.cache_clear()
    first, again = (files.upload("报送函") for _ in range(2))
    assert first.read() == again.read() == files.content("报送函")
    assert first is not again
    assert len(made) == 1
    assert files.upload("政府批复").read() != files.content("报送函")
    assert len(made) == 2
