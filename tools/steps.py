"""Takes steps for demo and bench on the stored object."""

from typing import Any

from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take


def step(obj: Any, action: str, by: User, **values: Any) -> None:
    """Take a step as from a page opened just now; ``values`` is what is typed into its form."""
    obj.refresh_from_db()
    take(obj=obj, action=action, by=by, version=obj.version, values=values)
