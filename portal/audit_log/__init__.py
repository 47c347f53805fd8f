"""The audit log for the audit keeper: list and export; recording of refused and of watched requests; alarms."""
