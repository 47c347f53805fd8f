"""Reports on a year of operation: the district's operation report and the verification of its carbon emissions."""
