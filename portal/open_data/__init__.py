"""Open data: published facts as files with a dictionary, a catalogue and stable identifiers."""
