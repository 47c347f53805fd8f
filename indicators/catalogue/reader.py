"""Reads an edition's YAML with line numbers; errors become problems, never exceptions."""

import datetime as dt
from typing import Any

import yaml

from greendistrict.policy.yaml_file import parser_fault
from indicators.catalogue.problems import Path, Problem, ProblemCollector, show

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40
# Aliases multiply nodes: a few lines can expand beyond the available memory.
MAX_NODES = 200_000


class _TooMuchError(Exception):
    """The file is nested deeper or larger than any real standard."""


def read(raw: bytes | str) -> tuple[Any, ProblemCollector]:
    """Data of an edition file (UTF-8 with or without a byte order mark), ``None`` if nothing could be read, and what reading found."""
    findings = ProblemCollector()
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.problems.append(Problem(1, show(()), f"不是 UTF-8 文本：第{error.start}字节"))
        return None, findings
    if len(text) > MAX_BYTES:
        findings.problems.append(Problem(1, show(()), f"文件过大，最多{MAX_BYTES}字节"))
        return None, findings
    try:
        return _compose(text, findings), findings
    except yaml.YAMLError as error:
        line, words = parser_fault(error, text)
        findings.problems.append(Problem(line, show(()), words))
    except (_TooMuchError, RecursionError):
        findings.problems.append(Problem(1, show(()), "嵌套过深或引用展开过多"))
    return None, findings


def _compose(text: str, findings: ProblemCollector) -> Any:
    # The nesting is checked on parser events first: the C loader composes nodes recursively and would overflow its stack.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH + 1:
                raise _TooMuchError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            findings.problems.append(Problem(1, show(()), "文件是空的"))
            return None
        builder = _Builder(loader, findings)
        data = builder.build(node, (), 0)
    finally:
        loader.dispose()
    findings.lines = builder.lines
    if data is None:
        findings.problems.append(Problem(1, show(()), "文件是空的"))
    return data


class _Builder:
    """Walks the node tree once."""

    def __init__(self, loader: yaml.CSafeLoader, findings: ProblemCollector) -> None:
        self.loader = loader
        self.findings = findings
        self.lines: dict[Path, int] = {}
        self.nodes = 0

    def build(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise _TooMuchError
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index), depth + 1) for index, child in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            key = self.key(key_node, path, line)
            if key in built:
                self.findings.problems.append(Problem(line, show((*path, key)), "同一键写了两次"))
                continue
            self.lines[*path, key] = line
            built[key] = self.build(child, (*path, key), depth + 1)
        return built

    def key(self, node: yaml.Node, path: Path, line: int) -> str:
        """Return the key as text; a bare ``no`` is a boolean in YAML 1.1 and is meant as the word."""
        if not isinstance(node, yaml.ScalarNode):
            self.findings.problems.append(Problem(line, show(path), "键应为文字"))
            return "?"
        if not _storable(node.value):
            self.findings.problems.append(Problem(line, show(path), "键中有不可保存的字符"))
            return "?"
        if node.value == "no" and not node.style:
            self.findings.notes.append(Problem(line, show((*path, "no")), '键应加引号："no"'))
        return str(node.value)

    def scalar(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        try:
            value = self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, OverflowError, TypeError):
            self.findings.problems.append(Problem(line, show(path), f"无法读取的值：{str(node.value)[:40]}"))
            return _Unreadable()
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, str) and not _storable(value):
            self.findings.problems.append(Problem(line, show(path), "文字中有不可保存的字符"))
            return _Unreadable()
        return value


class _Unreadable:
    """Placeholder for a value that could not be read: of no expected type, and not null."""

    def __str__(self) -> str:
        return "无法读取的值"


def _storable(text: str) -> bool:
    """Whether the database can store the text: no NUL, no lone surrogates."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
