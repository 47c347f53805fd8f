"""Speeds up ``migrate``: model states between operations are made without rendering all related models again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

FIND = "_find_reload_model"


@contextmanager
def rendered_alone() -> Iterator[None]:
    """Within the block, an operation renders only the model that it changes; for forward operations only.

    Django renders all models transitively related to it, which is nearly all of them and takes nine tenths of the time to migrate an empty
    database. Forward operations need only their own model and those it refers to. Others get a full rendering: Python operations through
    Django's mark of a delayed state, changes of relations here.
    """
    django = getattr(ProjectState, FIND)
    setattr(ProjectState, FIND, _found)
    try:
        yield
    finally:
        setattr(ProjectState, FIND, django)


def _found(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:  # noqa: FBT001, FBT002 -- Django's
    is_new = model_name not in state.apps.all_models[app_label]
    if delay or is_new:
        state.is_delayed = True
        return {(app_label, model_name)}
    real = {(found.app_label, found.name_lower) for found in _real_models(state)}
    return {*state.models, *real}


def _real_models(state: ProjectState) -> Any:
    return state.apps.real_models
