"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import proposals
from greendistrict.signin import factors, identities


def wire() -> None:
    """Register the functions that execute proposals approved by a second keeper."""
    proposals.register(proposals.FACTORS, factors.reset_proposed)
    proposals.register(proposals.IDENTITY, identities.link_proposed)
