"""标准调整影响测算 (sensitivity): rescore received tables under a draft edition or changed limits. Stored data are not changed."""
