"""Opinions and objections that anybody files without an account, their receipts, answers and published summaries."""
