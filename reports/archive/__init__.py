"""Archive volumes (案卷): papers of a finished matter, closed, exported with digests, handed over."""
