"""Parts of pages shared by filed matters: lists, offered steps, the timeline."""
