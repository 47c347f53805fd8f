"""Documents about the policy that the office registers itself: what amends, extends, replaces or ends it."""
