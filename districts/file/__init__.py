"""The district file: register data, parties, visibility, editing rights, and locks."""
