"""Copy a title to the district after a title decision."""

from greendistrict.workflow.procedure import Taken

COPIES = ("star", "title_number", "titled_on", "titled_on_certainty", "titled_since", "title_batch", "status_certainty", "edition")
EMPTY = {"star": None, "title_number": "", "titled_on": None, "titled_since": None, "title_batch": ""}


def on_title(taken: Taken) -> None:
    """Copy the decided title to the district."""
    for name in COPIES:
        if name in taken.values:
            setattr(taken.obj, name, taken.values[name])


def on_title_end(taken: Taken) -> None:
    """Clear the district's copies of its title."""
    for name, value in EMPTY.items():
        setattr(taken.obj, name, value)


def on_recall(taken: Taken) -> None:
    """Clear the copies; the withdrawn announcement stays a published source, so district and history stay public."""
    on_title_end(taken)
    source = taken.values.get("source")
    if source and source not in taken.obj.sources:
        taken.obj.sources = [*taken.obj.sources, source]
