"""Pages of stories: those of the public and those of the people who write and release them."""
