"""What must not stand in what is found in the mark-up of a page."""

import pytest
from lxml import html

from tests.pages.mark_up import faults_of


@pytest.mark.parametrize(("piece", "found"), [
    ('<div><a href="/x"><button>x</button></a></div>', ["button in a"]), ("<div><button>x <input></button></div>", ["input in button"]),
    ("<ul><div>x</div></ul>", ["div in ul"]), ("<ol><li>x</li><p>y</p></ol>", ["p in ol"]), ("<dl><p>x</p></dl>", ["p in dl"]),
    ("<div><label>a <label>b</label></label></div>", ["label in label"]), ("<ul><li><a href='/x'><b>x</b></a></li></ul>", []),
    ("<dl><div><dt>x</dt><dd>y</dd></div></dl>", []), ('<div><button><svg><path d="M0 0"/></svg> x</button></div>', []),
])  # fmt: skip
def test_nesting_that_the_standard_forbids_is_a_fault(piece, found):
    assert faults_of(piece, html.fromstring(piece)) == found
