"""Draft letters by kind of case."""
