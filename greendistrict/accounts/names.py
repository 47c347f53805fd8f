"""How account names are compared: one way for signing in and for counting wrong passwords, or one could be tried under many spellings."""

import unicodedata


def name_key(username: object) -> str:
    """The name without blanks around it, in the plain form of each sign and in small letters."""
    return unicodedata.normalize("NFKC", str(username or "")).strip().lower()
