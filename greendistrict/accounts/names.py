"""Normalisation of account names, used for sign-in and for counting wrong passwords."""

import unicodedata


def name_key(username: object) -> str:
    """Normalised account name: trimmed, NFKC, lower case."""
    return unicodedata.normalize("NFKC", str(username or "")).strip().lower()
