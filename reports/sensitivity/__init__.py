"""标准调整影响测算: every received table scored again under a draft edition or changed limits. Nothing stored is changed."""
