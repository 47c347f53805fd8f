"""The audit log for its keeper: list, content, export; what is noted of refusals and of reading; alarms."""
