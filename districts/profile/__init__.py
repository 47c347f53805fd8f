"""Register a district; edit its profile and consultants' mandates."""
