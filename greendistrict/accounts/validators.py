"""Password rule that Django does not bring."""

import string

from django.core.exceptions import ValidationError

CLASSES = 3


class CharacterClassValidator:
    """Requires three of: lower case, upper case, digits, other characters (common in 等保 assessments)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` when fewer than three classes occur."""
        del user
        sets = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        found = sum(any(sign in group for sign in password) for group in sets)
        found += any(not (sign.isascii() and sign.isalnum()) for sign in password)
        if found < CLASSES:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """Rule in words."""
        return "密码须含小写字母、大写字母、数字、其他符号中的至少三类"
