"""Paths with blanks, Chinese characters or a percent sign: the checkout may lie in one, so no command line is put together as text."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

COMMANDS = "(?:cp|cat|touch|exec|env|sleep|rm|mv|mkdir|kill|echo|trap|cd) "
SHELL = re.compile(rf"^#!|(?:^|[;&|\n] ?){COMMANDS}")
ADDRESS = re.compile(r"file:/+$")
WITH_A_SHELL = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "glob.glob", "glob.iglob"}
HAS_ONE = re.compile(rf"#!|shell=|file:/|os\.popen|os\.system|getoutput|glob\.i?glob|\b{COMMANDS}[^\n]*\{{")  # the others are not parsed
FIXED = {"scripts/standins.py": {"new"}}  # a folder of the image, made of the digits of a version


def bare(text: ast.JoinedStr) -> list[str]:
    """What is put into a command or after ``file:`` without being quoted."""
    before, found = "", []
    is_shell = SHELL.search("".join(str(part.value) for part in text.values if isinstance(part, ast.Constant)))
    for part in text.values:
        if isinstance(part, ast.Constant):
            before = part.value
        elif ADDRESS.search(before) or (is_shell and not ast.unparse(part.value).startswith("shlex.quote(")):
            found.append(ast.unparse(part.value))
    return found


def offences(tree: ast.Module) -> list[str]:
    """Values put bare into commands and addresses, and calls that give a text to a shell or a path to a pattern."""
    found = [name for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for name in bare(node)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found += [ast.unparse(call.func) for call in calls if ast.unparse(call.func) in WITH_A_SHELL]
    return found + [f"{ast.unparse(call.func)}(shell)" for call in calls if any(word.arg == "shell" for word in call.keywords)]


def modules() -> list[Path]:
    return [path for folder in (*PACKAGES, "scripts", "tests") for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)]


def test_no_path_is_put_bare_into_a_command_or_an_address():
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in modules()}
    found = {name: offences(ast.parse(text)) for name, text in texts.items() if HAS_ONE.search(text)}
    assert found["scripts/standins.py"] == ["new", "new"], "the exception is no longer needed"
    assert {name: set(bad) - FIXED.get(name, set()) for name, bad in found.items() if set(bad) - FIXED.get(name, set())} == {}


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ('f"#!/bin/sh\\nexec {program}"', ["program"]),
        ('f"true; cp {one} {shlex.quote(other)}"', ["one"]),
        ('f"file://{path}/x"', ["path"]),
        ("subprocess.run(line, shell=True)", ["subprocess.run(shell)"]),
        ("os.popen(line)", ["os.popen"]),
        ('f"an example {word}"', []),
    ],
)
def test_each_kind_is_found(text, bad):
    assert offences(ast.parse(text)) == bad
