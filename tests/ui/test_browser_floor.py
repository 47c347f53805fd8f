"""Scripts and style sheets stay within the floor of docs/browsers.md; what goes beyond it is named there."""

import re

from tests.architecture.sources import ROOT

# Features after Chromium 100: how they are written, and the name by which docs/browsers.md knows them.
SHEETS = {
    ":has()": r":has\(", "text-wrap": r"text-wrap\s*:", "field-sizing": r"field-sizing\s*:",
    "text-autospace": r"text-autospace\s*:", "@container": r"@container|container-type\s*:", "nesting": r"(^|[{;}])\s*&",
    "subgrid": r"\bsubgrid\b", "color-mix()": r"color-mix\(", "popover": r":popover-open",
    "@starting-style": r"@starting-style", "light-dark()": r"light-dark\(", "oklch()": r"oklch\(", "@scope": r"@scope\b",
    "dvh": r"\d[dsl]v[hwib]\b", "anchor()": r"\banchor\(|anchor-name\s*:", "view transitions": r"view-transition",
    "linear()": r"\blinear\(", "interpolate-size": r"interpolate-size", "animation-timeline": r"animation-timeline",
    ":user-invalid": r":user-(in)?valid",
}  # fmt: skip
SCRIPTS = {
    ":has()": r":has\(", "popover": r"\.(show|hide|toggle)Popover\(", "findLast": r"\.findLast(Index)?\(",
    "by copy": r"\.(toSorted|toReversed|toSpliced|with)\(", "groupBy": r"\b(Object|Map)\.groupBy",
    "withResolvers": r"Promise\.(withResolvers|try)", "fromAsync": r"Array\.fromAsync",
    "AbortSignal": r"AbortSignal\.(any|timeout)", "sets": r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(",
    "canParse": r"URL\.(canParse|parse)\(", "checkVisibility": r"\.checkVisibility\(",
    "view transitions": r"startViewTransition", "inert": r"\.inert\b", "setHTML": r"\.setHTML(Unsafe)?\(",
    "Iterator": r"\bIterator\.from\(", "observable": r"\.when\(", "import attributes": r"\bwith\s*\{\s*type:",
}  # fmt: skip


def used(folder, pattern, features):
    found = {}
    for path in sorted((ROOT / "static" / folder).glob(pattern)):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name, sign in features.items():
            if re.search(sign, text, re.MULTILINE):
                found.setdefault(name, []).append(path.name)
    return found


def test_style_sheets_go_beyond_the_floor_only_where_the_page_tells_what_is_missing():
    page = (ROOT / "docs" / "browsers.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)` \| \d+ \|", page, re.MULTILINE))
    assert set(used("css", "*.css", SHEETS)) == named


def test_scripts_stay_within_the_floor():
    assert used("js", "*.js", SCRIPTS) == {}
