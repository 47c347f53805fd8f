"""Everybody at once: people of all seats with time to think, beside the same load on the limits of the bench."""
