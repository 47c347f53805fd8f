"""Takes workflow steps for demo and benchmark on the stored object."""

from typing import Any

from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take


def step(obj: Any, action: str, by: User, **values: Any) -> None:
    """Take a step as from a freshly opened page; ``values`` is the content of its form."""
    obj.refresh_from_db()
    take(obj=obj, action=action, by=by, version=obj.version, values=values)
