"""Open data: published facts as files with a dictionary, a catalogue, versions and stable identifiers."""
