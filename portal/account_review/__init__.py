"""Yearly review of accounts by the security keeper: the list with posts, last sign-in and second factor, its export."""
