"""Rules of the architecture (docs/architecture.md) that reading the sources can hold. An exception stands in a table with its reason."""

import ast
import re
import tomllib

from tests.architecture.sources import ROOT, nodes, off, said, sources, unexplained

CLOCKS = {
    *(f"{prefix}{call}" for prefix in ("datetime.", "dt.", "dt.datetime.", "datetime.datetime.") for call in ("now", "utcnow", "today")),
    *("timezone.now", "date.today", "dt.date.today", "datetime.date.today", "time.time"),
}
READS_THE_MACHINE = {
    "greendistrict/core/clock.py": "the one place",
    "greendistrict/core/database_clock.py": "compares this machine's clock with the database's, which hosts go by among themselves",
    "greendistrict/embedded.py": "names a broken data folder before Django is there",
    "reports/signing/verification.py": "the term of a certificate runs in real time, also where the demo's clock stands elsewhere",
    "portal/public/caching.py": "a kept page grows old in real time, as browsers count",
    "portal/api/client.py": "runs elsewhere and asks how old a signature is",
    "tools/bench/": "stamps a measurement, not business",
}
WRITES_STATE = {
    "districts/lists/workbooks.py": "an import in the background is work of the machine; what it writes goes through apply_import",
    "carbon/metering/services/imports.py": "the same for files of readings, which go through services.readings",
    "greendistrict/core/locks.py": "moves a stored day, which is no state",
    "greendistrict/documents/copies.py": "the PDF of an Office file is work of the machine, nobody's decision",
    "greendistrict/workflow/services.py": "the one writer",
    "reports/jobs/": "an export job is work of the machine, nobody's decision",
    "tools/bench/": "seeds a thousand rows for measuring",
}
STATES = {"status", "stage", "state"}
SIGNALS = {
    "greendistrict/celery.py": "Celery's own signal gives a job its number; no business flow",
    "tools/demo/progress.py": "counts steps while the demo is told, decides nothing",
    "greendistrict/core/apps.py": "rights of the portal's database role follow every migration",
    "greendistrict/documents/scans.py": "connects a socket; no signal",
    "greendistrict/documents/office/converter.py": "connects a socket; no signal",
    "greendistrict/notifications/gateway.py": "opens an HTTP connection; no signal",
    "portal/adapters/transports.py": "opens an HTTP connection; no signal",
}
MAKES_MARKUP = {
    "greendistrict/core/chart_marks.py": "joins parts that format_html made",
    "greendistrict/core/components.py": "a table that a template has made, its cells marked with words of its own heads",
    "greendistrict/core/forms.py": "the renderer of Django's own widgets",
    "greendistrict/columns/lists.py": "a row of cells that their columns have escaped (docs/adr/0022)",
    "greendistrict/core/templatetags/gd.py": "fixed words without anybody's text",
    "portal/guide/library.py": "the renderer of the guide's Markdown, which escapes all text; raw HTML is off",
    "portal/personal/views.py": "the notice of the repository, by the same renderer",
}
WRITES_MARKUP = {
    "greendistrict/columns/lists.py": "a row of cells, joined where a template for each takes many times as long (docs/adr/0022)",
    "greendistrict/core/chart_marks.py": "drawings, whose coordinates it calculates",
    "greendistrict/core/components.py": "looks for the end of a table's head",
    "greendistrict/core/marked_text.py": "the two pairs of marks of a stored line, which a template prints",
    "greendistrict/documents/office/conversion.py": "settings of LibreOffice, in its own XML",
    "reports/composition/unbroken.py": "parts of a line that do not break, found in every cell of every paper",
    "tools/bench/": "the least page that a measured page is compared with",
}
JOINS_BELOW = {
    "assessments/tables/selectors/tables.py": "reads a table with its district and edition, columns by the names of their models",
    "assessments/reviews/selectors/workspace.py": "the same for a panel member",
    "districts/file/file_locks.py": "the same for a district with its applicant and edition",
    "tools/": "makes and multiplies rows inside the database, knows every app",
}


def test_business_time_is_read_in_one_place():
    found = [(source.path, said(node)) for source, node in nodes(ast.Attribute) if said(node) in CLOCKS]
    # With a moment they only convert it.
    bare = {"timezone.localtime", "timezone.localdate"}
    found += [(source.path, "now") for source, node in nodes(ast.Call) if not node.args and said(node.func) in bare]
    assert off(found, READS_THE_MACHINE) == []


def test_the_database_writes_no_time_of_its_own():
    found = [
        (source.path, said(node)[:80])
        for source, node in nodes(ast.Call)
        if said(node.func).split(".")[-1] == "Now" or {"auto_now", "auto_now_add"} & {word.arg for word in node.keywords}
    ]
    assert found == []


def test_days_are_asked_for_with_the_one_control():
    """A browser's calendar shows nothing when the day is written as the locale writes it."""
    assert {source.path for source, node in nodes(ast.Attribute) if node.attr == "DateInput"} == {"greendistrict/core/widgets.py"}


def targets(node):
    given = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in given:
        yield from target.elts if isinstance(target, ast.Tuple) else [target]


def test_only_perform_writes_a_state():
    found = [
        (source.path, f"line {node.lineno} assigns {target.attr}")
        for source, node in nodes(ast.Assign, ast.AugAssign, ast.AnnAssign)
        for target in targets(node)
        if isinstance(target, ast.Attribute) and target.attr in STATES
    ]
    found += [
        (source.path, f"line {node.lineno} updates {said(node)[:60]}")
        for source, node in nodes(ast.Call)
        if said(node.func).endswith(".update") and STATES & {word.arg for word in node.keywords}
    ]
    found += [
        (source.path, f"line {node.lineno} {said(node)}")
        for source, node in nodes(ast.Call)
        if said(node.func) == "setattr" and "field" in said(node.args[1])
    ]
    assert off(found, WRITES_STATE) == []


def test_locks_let_rows_be_stored_that_refer_to_the_locked_one():
    """Two transactions that each stored such a row and then lock the row it refers to would otherwise wait for each other."""
    locks = [(source.path, node) for source, node in nodes(ast.Call) if said(node.func).endswith(".select_for_update")]
    assert len(locks) > 50
    assert [f"{path}:{node.lineno}" for path, node in locks if "no_key=True" not in said(node)] == []
    assert [source.path for source in sources() if re.search(r"\bFOR UPDATE\b", source.text)] == []


def test_sql_names_the_tables_of_its_own_app():
    """What an upper app needs of a table it takes as a statement from the app that owns it, so that a column has one home."""
    apps = ("accounts", "approvals", "assessments", "audit", "carbon", "core", "districts", "documents", "indicators", "notifications")
    table = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE) ({'|'.join((*apps, 'obligations', 'policy', 'reports', 'workflow'))})_\w+")
    found = [(source.path, app) for source in sources() for app in table.findall(source.text) if f"{app}/" not in source.path]
    assert off(found, JOINS_BELOW) == []


def test_no_signals_carry_business():
    found = [
        (source.path, said(node))
        for source, node in nodes(ast.Attribute)
        if node.attr == "connect" and said(node.value) not in {"psycopg", "sqlite3", "socket"}
    ]
    found += [
        (source.path, f"from {node.module}")
        for source, node in nodes(ast.ImportFrom)
        if node.module and (node.module.endswith("signals") or any(name.name == "receiver" for name in node.names))
    ]
    assert unexplained(found, SIGNALS) == []


def test_text_is_escaped_by_the_template():
    words = {"mark_safe", "SafeString", "SafeText"}
    found = [(source.path, said(node)) for source, node in nodes(ast.Call) if said(node.func).split(".")[-1] in words]
    assert off(found, MAKES_MARKUP) == []


def test_mark_up_stands_in_templates():
    begins = re.compile(r"<(!doctype|/?[a-z][a-z0-9]*[\s/>{])")
    found = [
        (source.path, node.value[:40]) for source, node in nodes(ast.Constant) if isinstance(node.value, str) and begins.match(node.value)
    ]
    words = {"format_html", "format_html_join"}
    found += [(source.path, said(node)) for source, node in nodes(ast.Call) if said(node.func) in words]
    assert off(found, WRITES_MARKUP) == []


def lengths():
    return [
        (node.end_lineno - node.lineno + 1, f"{source.path}:{node.lineno} {node.name}")
        for source, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
    ]


def test_functions_are_short():
    found = sorted(lengths())
    assert found[int(len(found) * 0.9)][0] <= 25
    assert [entry for entry in found if entry[0] > 50] == []


def test_modules_fit_on_a_few_pages():
    assert [(source.path, count) for source in sources() if (count := len(source.text.splitlines())) > 400] == []
    tests = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in (ROOT / "tests").rglob("*.py")}
    assert {path: count for path, count in tests.items() if count > 600} == {}


def test_direct_dependencies_are_few_and_each_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = tomllib.loads(text)["project"]["dependencies"]
    assert len(names) <= 50
    lines = [line for line in text.splitlines() if line.strip().startswith(tuple(f'"{name}"' for name in names))]
    assert [line for line in lines if "#" not in line] == []


def test_models_take_no_default_of_the_moment():
    found = [
        (source.path, node.lineno)
        for source, node in nodes(ast.keyword)
        if node.arg == "default" and said(node.value).endswith(("timezone.now", "clock.now", "clock.today"))
    ]
    assert found == []


APPS = ("obligations", *(f"greendistrict/{name}" for name in ("accounts", "documents", "notifications")))
APPS_BY_FEATURE = ("approvals", "assessments", "beautiful", "carbon", "districts", "indicators", "operation", "outreach", "reports")
EVERY_APP = ("apps", "models", "feature", "views", "selectors")
HALL = ("apps", "models")


def test_who_knows_one_app_knows_all():
    missing = [
        f"{app}/{name}"
        for apps, names in ((APPS, EVERY_APP), (APPS_BY_FEATURE, HALL))
        for app in apps
        for name in names
        if not ((ROOT / app / f"{name}.py").exists() or (ROOT / app / name / "__init__.py").exists())
    ]
    assert missing == []


def test_services_take_a_person_and_never_a_request():
    found = [
        f"{source.path}: {node.name}"
        for source, node in nodes(ast.FunctionDef)
        if "/services" in source.path
        and any(
            re.search(r"\b(Http|Wsgi|WSGI|ASGI)?Request\b", said(one.annotation))
            for one in node.args.args + node.args.kwonlyargs
            if one.annotation
        )
    ]
    assert found == []


READS_DIGITS = {
    "greendistrict/core/": "figures as people type them, and the one reader of whole numbers",
    "greendistrict/processes.py": "names of processes, not of people",
    "greendistrict/accounts/passwords.py": "asks whether a password it made holds a digit",
    "obligations/duties.py": "keys that the portal wrote itself",
    "districts/file/views/common.py": "trims a number for showing",
    "reports/composition/unbroken.py": "measures the width of a day that is printed",
}


def test_whole_numbers_of_requests_are_read_in_one_place():
    """``"²".isdigit()`` is true and ``int("²")`` an error; ``whole`` knows both, and what a column holds."""
    found = [(source.path, node.attr) for source, node in nodes(ast.Attribute) if node.attr in {"isdigit", "isdecimal", "isnumeric"}]
    assert off(found, READS_DIGITS) == []
