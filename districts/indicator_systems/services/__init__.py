"""Opening, filling, handing up and changing a version; imports; yearly values; move to another edition."""
