"""Yearly implementation plans of the leading bodies: plan items, steps, comparison of years."""
