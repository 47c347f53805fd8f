"""Factor library as the portal has it: the data file, and versions that the city added by decision."""
