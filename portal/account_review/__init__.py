"""Yearly review of accounts by the security keeper: a list of accounts with posts, last sign-in and second factor, and its export."""
