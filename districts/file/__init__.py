"""The district file: register data, parties, visibility, who may edit it, and why it may be locked."""
