"""Chinese numerals of headings and lists."""

DIGITS = "零一二三四五六七八九"
HUNDRED = 100


def chinese(number: int) -> str:
    """Numeral of a heading from 1 to 99 (12 → 十二); other numbers in digits."""
    if not 0 < number < HUNDRED:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones] if ones else ''}"
