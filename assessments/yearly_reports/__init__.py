"""Reports on a year of operation: the work report of the district and the verification of its carbon emissions."""
