"""Registries that this app fills; called once when the models are ready."""

from greendistrict.accounts import proposals, services


def wire() -> None:
    """Say how what a second keeper approved is carried out."""
    proposals.register(proposals.POSTS, services.grant_proposed)
