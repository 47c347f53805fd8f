"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import lockout, proposals, revocation
from greendistrict.accounts.revocation import Access, Why
from greendistrict.signin import browsers, factors, identities, sessions


def wire() -> None:
    """Register functions that execute proposals of keepers, how browsers are recognised, and that sessions end with a person's rights."""
    proposals.register(proposals.FACTORS, factors.reset_proposed)
    proposals.register(proposals.IDENTITY, identities.link_proposed)
    proposals.register(proposals.UNLINK, identities.unlink_proposed)
    revocation.register(Access("sessions", "登录", frozenset(Why) - {Why.POST}, lambda person, _why: sessions.end_all(person)))
    lockout.device_readers.register("cookie", browsers.known)
