"""Draft letters of every kind of case, built with the helpers of ``sheet``."""
