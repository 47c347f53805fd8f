"""Creating an account. Its mail address belongs to it alone, however it is written, unless its person has another account."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from greendistrict.accounts.models import User, name_key
from greendistrict.accounts.selectors import mail_holder, mail_taken
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.folded_keys import folded
from greendistrict.core.mails import plain_mail


class KnownMails:
    """Mail addresses of the accounts and of the rows of a workbook so far, by what they are compared by."""

    def __init__(self, users: Iterable[User]) -> None:
        self.stored = {folded(user.email): user.username for user in users if user.email}
        self.given: dict[str, str] = {}

    def objection(self, mail: str, username: str) -> str:
        """What is asked about the address of a new account; empty if nothing is."""
        if not (key := folded(mail)):
            return ""
        if (holder := self.stored.get(key)) is not None:
            return mail_taken(holder)
        other = self.given.setdefault(key, username)
        return "" if other == username else f"工作簿里账号{other}也用这个邮箱，请核对是不是同一个人"


def as_stored(mail: str, user: User | None) -> str:
    """An address of a workbook in stored form; that of the account where only its spelling differs."""
    return user.email if user is not None and folded(user.email) == folded(mail) else plain_mail(mail)


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    by: User | None,
    email: str = "",
    phone: str = "",
    password: str | None = None,
    demo: bool = False,
    second: bool = False,
) -> User:
    """Create a user. Without a password nobody can sign in until the person has set one through a link (``accounts.links``).

    ``second``: another account of a person who has one with this mail address. Raises ``ValidationError`` by field.
    """
    mail = plain_mail(email)
    if (holder := mail_holder(mail)) and not second:
        raise ValidationError({"email": mail_taken(holder.username)})
    user = User(username=username.strip(), name=name.strip(), email=mail, phone=phone, is_demo=demo, shares_mail=holder is not None)
    if name_key(user.username) != user.username.lower() or not user.username.isprintable():
        raise ValidationError({"username": "账号不能含全角字符、特殊字形或看不见的字符"})  # looks like another, or fails to sign in
    user.set_password(password)  # None sets an unusable password
    user.password_changed_at = clock.now()
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(action="accounts.create_user", by=by, obj=user)
    return user
