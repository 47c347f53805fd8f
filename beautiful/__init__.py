"""美丽上海: the wider frame that the districts report into, its rolling action plan."""
