"""Mail addresses as people type them: full width, unseen characters and the case of the domain make no other address."""

from unicodedata import normalize

from django import forms

from greendistrict.core.folded_keys import visible, with_plain_dashes


def plain_mail(text: str) -> str:
    """An address in stored form: half width, without blanks and unseen characters, the domain in lower case; empty stays empty."""
    plain = "".join(visible(normalize("NFKC", with_plain_dashes(visible(text)))).split()).replace("。", ".")
    name, at, domain = plain.rpartition("@")
    return f"{name}{at}{domain.lower()}" if at else plain


class MailField(forms.EmailField):  # noqa: TID251 -- this is it
    """A mail address, read in any of its spellings."""

    def to_python(self, value: object) -> str:
        """The address in stored form, before it is checked."""
        return plain_mail(str(super().to_python(value) or ""))
