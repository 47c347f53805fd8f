"""Enums, certainty of facts and reference systems shared by the features of this app."""
