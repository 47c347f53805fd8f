"""Cases, endorsement, notices, announcement batches, titles."""
