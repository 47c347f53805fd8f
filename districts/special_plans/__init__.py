"""Special plans: versions, parts as files, approval, dimensions covered."""
