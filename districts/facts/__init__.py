"""Answers to the policy's questions about one or several districts, and figures that prefill score tables."""
