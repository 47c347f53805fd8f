"""Registries that this app fills; called once when the models are ready."""

from greendistrict.accounts import acting, proposals, services
from greendistrict.audit import actors


def wire() -> None:
    """Register how proposals approved by a second keeper are executed, and how principals are found."""
    actors.ask_for_principals(acting.principal_of_act)
    proposals.register(proposals.POSTS, services.grant_proposed)
