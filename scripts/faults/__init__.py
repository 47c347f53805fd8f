"""Faults planted at random in code and templates, each tried with the fast tests that execute its line (``make faults``)."""
