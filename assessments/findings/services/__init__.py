"""Answering findings: explanations, and the declaration that nothing has changed."""
