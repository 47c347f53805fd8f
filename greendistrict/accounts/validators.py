"""Password rule that Django does not provide."""

import string

from django.conf import settings
from django.core.exceptions import ValidationError

NUMBERS = {1: "一", 2: "两", 3: "三", 4: "四"}


class CharacterClassValidator:
    """Requires ``PASSWORD_CLASSES`` of four classes: lower case, upper case, digits, others; three are common in 等保 assessments."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` if the password contains fewer classes."""
        del user
        sets = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        found = sum(any(sign in group for sign in password) for group in sets)
        found += any(not (sign.isascii() and sign.isalnum()) for sign in password)
        if found < settings.PASSWORD_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """The rule in words."""
        number = NUMBERS.get(settings.PASSWORD_CLASSES, "")
        return f"密码须含小写字母、大写字母、数字、其他符号中的至少{number}类" if number else ""
