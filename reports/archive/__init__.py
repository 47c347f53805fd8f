"""Archive volumes (案卷): the papers of one finished matter, closed, exported with their digests, handed over."""
