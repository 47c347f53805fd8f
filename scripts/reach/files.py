"""Templates and other files: who names them."""

import re
from collections import defaultdict

from scripts.reach.graph import Graph, Node
from scripts.reach.names import Names, of_definition
from scripts.reach.pages import app_of
from scripts.reach.python_facts import HOLE
from scripts.reach.template_facts import TemplateFacts

FILE_NAME = re.compile(r"[\w.*/ -]*\.[a-z0-9]{1,8}")
LIBRARY = ".templatetags."
SHARED_LIBRARIES = ("greendistrict.",)  # many templates use them; which tags they load is not looked at


def template_node(name: str) -> Node:
    """Node of a template by its path below ``templates/``."""
    return f"template:{name}"


def file_node(path: str) -> Node:
    """Node of any other file."""
    return f"file:{path}"


class Files:
    """Templates and files by what a program writes to name them."""

    def __init__(self, paths: list[str]) -> None:
        self.templates = {path.removeprefix("templates/") for path in paths if path.startswith("templates/")}
        self._template_folders: dict[str, list[str]] = defaultdict(list)
        for name in self.templates:
            if name.count("/") > 1:  # the folder of an app alone is too short a word
                self._template_folders[name.rpartition("/")[0]].append(name)
        self._sheets: dict[str, list[str]] = defaultdict(list)  # what the folder is put before elsewhere: style sheets of papers
        for name in self.templates:
            if not name.endswith(".html"):
                self._sheets[name.rsplit("/", 1)[-1]].append(name)
        others = [path for path in paths if not path.startswith("templates/")]
        self._by_base: dict[str, list[str]] = defaultdict(list)
        self._in_folder: dict[str, list[str]] = defaultdict(list)
        for path in others:
            self._by_base[path.rsplit("/", 1)[-1]].append(path)
            if not path.endswith(".py") and path.count("/"):
                self._in_folder[path.rsplit("/", 2)[-2]].append(path)
        self._patterns: dict[str, set[str]] = {}
        self.drawn = [file_node(path) for path in self._in_folder.get("img", ()) if path.startswith("static/")]
        self.sheets = [file_node(path) for path in others if path.startswith("static/") and path.endswith(".css")]

    def named(self, text: str, module: str) -> set[Node]:
        """Nodes that a text or pattern in a module names."""
        if HOLE in text:
            return self._shaped(text, module)
        if text in self.templates:
            return {template_node(text)}
        if text in self._template_folders:
            return {template_node(name) for name in self._template_folders[text]}
        base = text.rsplit("/", 1)[-1]
        sheets = {template_node(name) for name in self._sheets.get(text, ())}
        return sheets | {file_node(path) for path in self._by_base.get(base, ()) if path == text or path.endswith(f"/{text}")}

    def in_folder(self, text: str, module: str) -> set[Node]:
        """Files, not Python, of a folder that a module names by its last part: beside it, else in its app or the app that it tests."""
        beside = [
            path for path in self._in_folder.get(text, ()) if path.startswith(f"{module.rpartition('.')[0].replace('.', '/')}/{text}/")
        ]
        if beside:
            return {file_node(path) for path in beside}
        apps = [app_of(module)]
        if module.startswith("tests."):
            folder = module.split(".")[1]
            apps = [folder, f"greendistrict.{folder}", f"tests.{folder}"]
        near = tuple(f"{app}." for app in apps)
        return {file_node(path) for path in self._in_folder.get(text, ()) if path.replace("/", ".").startswith(near)}

    def _shaped(self, pattern: str, module: str) -> set[Node]:
        """Nodes of a pattern: templates by their whole name, files of the module's own app by their base name."""
        if not pattern.strip(HOLE + "./") or not FILE_NAME.fullmatch(pattern):
            return set()
        shape = re.compile(re.escape(pattern).replace(re.escape(HOLE), "[^/]+"))
        if pattern not in self._patterns:
            self._patterns[pattern] = {name for name in self.templates if shape.fullmatch(name)}
        base = re.compile(re.escape(pattern.rsplit("/", 1)[-1]).replace(re.escape(HOLE), "[^/]+"))
        near = {path for name, paths in self._by_base.items() if base.fullmatch(name) for path in paths if _near(path, module)}
        return {template_node(name) for name in self._patterns[pattern]} | {file_node(path) for path in near if not path.endswith(".py")}


def _near(path: str, module: str) -> bool:
    """Whether a file lies in the app of a module, or what the module names lies outside of all apps."""
    return path.replace("/", ".").startswith(f"{app_of(module)}.") or module.startswith(("tests.", "scripts."))


def add_templates(graph: Graph, templates: dict[str, TemplateFacts], files: Files, names: Names, wanted: frozenset[str]) -> None:
    """Say which templates, tags and static files each template needs, and that a style sheet may draw any picture."""
    for sheet in files.sheets:
        graph.add(sheet, *files.drawn)
    tags = _tags(names)
    for name, facts in templates.items():
        node = template_node(name)
        graph.add(node)
        for text in facts.texts:
            if text in files.templates:
                graph.add(node, template_node(text))
        for word in facts.words:
            graph.add(node, *tags.get(word, ()))
        graph.add(node, *(file_node(f"static/{path}") for path in facts.static))
        graph.add(node, *(f"attribute:{one}" for one in facts.attributes & wanted))


def _tags(names: Names) -> dict[str, set[Node]]:
    """Functions of the tag libraries by the names under which templates use them."""
    found: dict[str, set[Node]] = defaultdict(set)
    for module, facts in names.modules.items():
        if LIBRARY not in f".{module}":
            continue
        for one in facts.definitions:
            given = re.findall(r"name=['\"](\w+)['\"]", " ".join(one.decorators))
            for name in [one.name, *given] if one.name else [*one.texts, *(use.rsplit(".", 1)[-1] for use in one.uses)]:
                found[name].add(of_definition(module, one.name))
    return found
