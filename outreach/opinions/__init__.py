"""Opinions and objections filed without an account, their receipts, answers and published summaries."""
