"""Registries that this app fills; called once when the models are ready."""

from greendistrict.accounts import acting, delegations, links, proposals, revocation, services
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access, Why
from greendistrict.audit.services import ask_for_principals


def wire() -> None:
    """Register how proposals approved by a second keeper are executed, how principals are found, and what ends with a person's rights."""
    ask_for_principals(acting.principal_of_act)
    proposals.register(proposals.POSTS, services.grant_proposed)
    proposals.register(proposals.END_POST, services.end_proposed)
    proposals.register(proposals.ACTIVITY, services.set_active_proposed)
    revocation.register(Access("links", "设定密码的链接", frozenset(Why) - {Why.POST}, lambda person, _why: links.close(person)))
    revocation.register(Access("asked_links", "为他人提出的链接", RIGHTS_END | LOST, lambda person, _why: links.close_asked(person)))
    revocation.register(Access("delegations", "委托", RIGHTS_END, lambda person, _why: delegations.end_all(person)))
    revocation.register(Access("proposals", "提出待决定的事项", RIGHTS_END | LOST, lambda person, _why: proposals.withdraw(person)))
