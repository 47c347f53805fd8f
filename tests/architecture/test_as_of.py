"""A selector that takes a day of the past answers by it: whatever it reads of a model is compared with the day."""

import ast
import re
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from tests.architecture.sources import Source, off, said, sources

# ``today`` asks what is late now, of rows as they are; in reports it is a day like these.
DAYS = {"on", "as_of", "day", "stood_on", "judged_on"}
READING = re.compile(r"(^|/)(selectors|figures)(/|\.py$)|titles_on_day|city_assessments|_duties\.py$|_terms\.py$|/stocks\.py$")
MANAGERS = {"objects", "with_ended", "_default_manager", "_base_manager"}
# Reads whose day is asked in another way, or of which no history is kept.
WITHOUT_THE_DAY = {
    "approvals/opinions/selectors.py:opinions_on": "both kinds stand in one list, whose loop compares each with the day",
    "portal/operations/selectors/expiries.py:backup_days": "only the last backup is known, and its day is compared",
    "reports/city/figures/standing.py:standing": "who stood comes from the titles of the day; type and 行政区 have no history",
    "reports/closings/stocks.py:districts_on": "titles, areas, names and bodies are asked by the day; the type has no history",
}


def functions() -> Iterator[tuple[Source, ast.FunctionDef]]:
    """Functions of modules that read, with a parameter for the day or a viewer whose ``as_of`` they use."""
    for source in sources():
        if READING.search(source.path):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.FunctionDef) and given(node, DAYS | ({"today"} if source.path.startswith("reports/") else set())):
                    yield source, node


def given(function: ast.FunctionDef, days: AbstractSet[str] = frozenset({*DAYS, "today"})) -> set[str]:
    """Parameters that are a day."""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    dated = {
        one.arg for one in arguments if one.arg in days and one.annotation is not None and "date" in ast.unparse(one.annotation).lower()
    }
    if any(isinstance(node, ast.Attribute) and said(node) == "viewer.as_of" for node in ast.walk(function)):
        dated.add("viewer.as_of")
    return dated


def named(node: ast.AST) -> set[str]:
    """Names read or written below a node, without the keys that a query is limited to (``pk__in=held``): they say whose."""
    if isinstance(node, ast.keyword) and (node.arg or "").endswith(("pk", "district", "__in")):
        return set()
    own = {said(node)} if isinstance(node, ast.Name | ast.Attribute) else set()
    return own.union(*map(named, ast.iter_child_nodes(node)))


def steps(function: ast.FunctionDef) -> list[ast.AST]:
    """Its statements one by one, a loop with all of its body."""
    whole = (ast.If, ast.With, ast.Try, ast.FunctionDef)
    return [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function and not isinstance(node, whole)]


def follow(function: ast.FunctionDef, first: set[str]) -> set[str]:
    """Names that hold something made of the first ones, loops over it included."""
    held, before = set(first), set()
    while held != before:
        before = set(held)
        for node in steps(function):
            made = (
                node.value
                if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
                else node.iter
                if isinstance(node, ast.For)
                else None
            )
            if made is not None and named(made) & held:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                held |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return held


def touched(node: ast.AST) -> set[str]:
    """Models that a statement reads."""
    return {said(one.value) for one in ast.walk(node) if isinstance(one, ast.Attribute) and one.attr in MANAGERS}


def undated() -> list[tuple[str, str]]:
    """Functions with a model that they read without their day, and the model."""
    found = []
    for source, function in functions():
        dated, lines = follow(function, given(function)), steps(function)
        for node in lines:
            if isinstance(node, ast.For) or not (models := touched(node)) or named(node) & dated:
                continue
            rows = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            refined = [other for other in lines if other is not node and not isinstance(other, ast.For) and named(other) & rows]
            looped = [other for other in lines if isinstance(other, ast.For) and named(other.iter) & rows]
            if not any(named(other) & dated for other in (*refined, *looped)):
                found += [(f"{source.path}:{function.name}", model) for model in models]
    return sorted(set(found))


def test_what_takes_a_day_reads_each_model_by_it():
    assert off(undated(), WITHOUT_THE_DAY) == []


# Names read as they are now: of rows that were given the names of the day before, or of papers about today.
NAMED_BEFORE = {
    "reports/annual/figures/district.py": "the applicant, unless it was replaced after the day",
    "reports/annual/figures/scores.py": "a column of districts that are given the names of the day",
    "reports/center/selectors.py": "names of reports as pages show them today",
    "reports/city/figures/gap.py": "districts of rows whose districts were named by the day",
    "reports/city/figures/scores.py": "districts of rows whose districts were named by the day",
    "reports/city/figures/standing.py": "rows whose districts were named by the day",
    "reports/closings/stocks.py": "the applicant, unless it was replaced after the day",
    "reports/sensitivity/figures.py": "a trial of another edition, made today",
}
OF_NAMES = {"district", "applicant"}


def names_of_today(tree: ast.AST) -> list[str]:
    """Names of districts and applicants that are read from a row or a query as they are now; ``name_on`` asks for those of a day."""
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "name"]
    rows = [said(node) for node in read if said(node.value).rpartition(".")[2] in OF_NAMES]
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return rows + [text for text in texts if text.endswith(tuple(f"{one}__name" for one in OF_NAMES))]


def test_figures_of_papers_name_districts_and_bodies_by_the_day():
    found = [source.path for source in sources() if source.path.startswith("reports/") and READING.search(source.path)]
    blind = [(source.path, name) for source in sources() if source.path in found for name in names_of_today(source.tree)]
    assert off(sorted(set(blind)), NAMED_BEFORE) == []
    assert names_of_today(ast.parse("Held(post.district.name, rows.values('district__name'))")) == ["post.district.name", "district__name"]
    assert names_of_today(ast.parse("Held(name_on(post.district, day))")) == []


BLIND = """
def lines(titles: QuerySet, on: dt.date) -> list:
    stages = Stage.objects.filter(district__in=titles, status__in=MENDING)
    for name in stages.values_list("name"):
        words.append(name)
    return words
"""


def test_a_read_without_the_day_is_found(monkeypatch):
    for text, found in ((BLIND, [("reports/selectors.py:lines", "Stage")]), (BLIND.replace("MENDING", "MENDING, opened_on__lte=on"), [])):
        monkeypatch.setattr(sys.modules[__name__], "sources", lambda text=text: (Source("reports/selectors.py", text, ast.parse(text)),))
        assert undated() == found
