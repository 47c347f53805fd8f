"""Contacts as lists show them: enough to recognise the own one, not enough to call or write."""

HEAD, TAIL = 3, 4


def masked_phone(number: str) -> str:
    """``138****1234``; of a short number only the last two figures."""
    text = number.strip()
    if not text:
        return ""
    return f"{text[:HEAD]}****{text[-TAIL:]}" if len(text) > HEAD + TAIL else f"****{text[-2:]}"


def masked_contact(contact: str) -> str:
    """Either of both, as somebody left it."""
    return masked_mail(contact) or masked_phone(contact)


def masked_name(name: str) -> str:
    """``演＊＊``: the first character of somebody's name."""
    text = name.strip()
    return f"{text[:1]}{'＊' * max(1, len(text) - 1)}" if text else ""


def masked_mail(address: str) -> str:
    """``z***@example.org``."""
    name, at, domain = address.strip().rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else ""
