"""Export jobs: asked for, made by the worker, kept as files."""
