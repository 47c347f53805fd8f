"""Parts of pages that filed matters share: lists, offered steps, the file shown again after a refusal."""
