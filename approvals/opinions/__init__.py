"""Opinions of a review panel on a case, answered and closed one by one."""
