"""Since when the portal is in use; see ``greendistrict.policy.use``."""

from greendistrict.policy.use import first_day_in_use

__all__ = ["first_day_in_use"]
