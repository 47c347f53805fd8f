"""Normalisation of account names, the same for sign-in and for counting wrong passwords."""

import unicodedata


def name_key(username: object) -> str:
    """The name without blanks around it, in the plain form of each sign and in small letters."""
    return unicodedata.normalize("NFKC", str(username or "")).strip().lower()
