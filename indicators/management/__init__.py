"""Management code of the indicators app."""
