"""Answers to the policy's questions about one district or many, and figures for the prefill of score tables."""
