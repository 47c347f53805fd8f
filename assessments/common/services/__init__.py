"""Services shared by filed matters: autosave, messages, parties."""
