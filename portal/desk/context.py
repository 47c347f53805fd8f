"""Context processor of every page."""

from django.http import HttpRequest

from portal.desk.selectors import figures_of
from portal.frame.context import Shell


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The page frame as one lazy object, with the figures of the work desk."""
    return {"shell": Shell(request, figures_of)}
