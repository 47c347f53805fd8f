"""美丽上海, a published draft: its frame, rolling action plan, project reserve libraries, indicators by area and yearly evaluations."""
