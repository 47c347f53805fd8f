"""监理 and 质量安全监督 of plots and municipal works, recorded beside the checks of the four departments."""
