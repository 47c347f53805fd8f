"""Pages of requests for information: those of the public and those of the city."""
