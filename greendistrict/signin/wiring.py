"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import proposals
from greendistrict.signin import factors, identities


def wire() -> None:
    """Say how what a second keeper approved is carried out."""
    proposals.register(proposals.FACTORS, factors.reset_proposed)
    proposals.register(proposals.IDENTITY, identities.link_proposed)
