"""A text is cut to the length of its column with ``core.columns.fitted``, which reads it there: a figure beside it would be forgotten."""

import ast

from django.apps import apps

from tests.architecture.sources import nodes

MODELS = {model.__name__ for model in apps.get_models()}
LENGTHS = {(field.name, length) for model in apps.get_models() for field in model._meta.fields if (length := field.max_length)}


def stored():
    """Values that rows are given: name of the field, place and what is assigned."""
    for source, node in nodes(ast.Call):
        if ast.unparse(node.func).partition(".")[0] in MODELS:
            yield from ((one.arg, source.path, one.value) for one in node.keywords)
    for source, node in nodes(ast.Assign):
        for target in node.targets:
            pairs = zip(target.elts, node.value.elts, strict=True) if is_pairs(target, node.value) else [(target, node.value)]
            yield from ((one.attr, source.path, value) for one, value in pairs if isinstance(one, ast.Attribute))


def is_pairs(target, value):
    return isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)


def figure(node):
    """The figure at which a text is cut, if it is."""
    upper = node.slice.upper if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) else None
    return upper.value if isinstance(upper, ast.Constant) else None


def test_no_text_is_cut_to_the_length_of_its_column_by_a_figure():
    found = [
        f"{path}:{node.lineno} {name}" for name, path, value in stored() for node in ast.walk(value) if (name, figure(node)) in LENGTHS
    ]
    assert found == []
