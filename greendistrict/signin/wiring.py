"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import proposals, revocation
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access, Why
from greendistrict.signin import browsers, factors, identities, sessions


def wire() -> None:
    """Register functions that execute proposals of keepers, and that sessions end with a person's rights."""
    proposals.register(proposals.FACTORS, factors.reset_proposed)
    proposals.register(proposals.IDENTITY, identities.link_proposed)
    proposals.register(proposals.UNLINK, identities.unlink_proposed)
    revocation.register(Access("sessions", "登录", frozenset(Why) - {Why.POST}, lambda person, _why: sessions.end_all(person)))
    revocation.register(Access("browsers", "认得的浏览器", RIGHTS_END | LOST, lambda person, _why: browsers.forget(person)))
