"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import lockout, proposals
from greendistrict.signin import browsers, factors, identities


def wire() -> None:
    """Register the functions that execute proposals approved by a second keeper, and how a person's browsers are recognised."""
    proposals.register(proposals.FACTORS, factors.reset_proposed)
    proposals.register(proposals.IDENTITY, identities.link_proposed)
    lockout.device_readers.register("cookie", browsers.known)
