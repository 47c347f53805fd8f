"""Registries that this app fills; called once when the models are ready."""

from greendistrict.accounts import acting, proposals, services
from greendistrict.audit import actors


def wire() -> None:
    """Say how what a second keeper approved is carried out, and for whom somebody acts."""
    actors.ask_for_principals(acting.principal_of_act)
    proposals.register(proposals.POSTS, services.grant_proposed)
