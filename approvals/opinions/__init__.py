"""Opinions of a review panel on a case, each answered and closed separately."""
