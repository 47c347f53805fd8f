"""Permissions on opinions of the public, and how a contact is masked."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.masks import masked_mail, masked_phone


def may_read_opinions(user: User) -> bool:
    """The city reads them."""
    return bool(posts_of(user).roles & CITY)


def may_handle_opinions(user: User) -> bool:
    """The officer answers, publishes and sets aside."""
    return posts_of(user).has(Role.CITY_OFFICER)


def masked_contact(contact: str) -> str:
    """A contact as pages show it."""
    return masked_mail(contact) or masked_phone(contact)
