"""Release of the progress of a quarter to the public, and its withdrawal."""
