"""Sheets of settings: many settings proposed in one act, checked and decided in one act each."""
