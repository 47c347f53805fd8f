"""Masked contact data for lists: enough to recognise one's own, not enough to contact the person."""

HEAD, TAIL = 3, 4


def masked_phone(number: str) -> str:
    """``138****1234``; for a short number only the last two digits."""
    text = number.strip()
    if not text:
        return ""
    return f"{text[:HEAD]}****{text[-TAIL:]}" if len(text) > HEAD + TAIL else f"****{text[-2:]}"


def masked_contact(contact: str) -> str:
    """A phone number or mail address, masked accordingly."""
    return masked_mail(contact) or masked_phone(contact)


def masked_name(name: str) -> str:
    """``演＊＊``: the first character of a name."""
    text = name.strip()
    return f"{text[:1]}{'＊' * max(1, len(text) - 1)}" if text else ""


def masked_mail(address: str) -> str:
    """``z***@example.org``."""
    name, at, domain = address.strip().rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else ""
