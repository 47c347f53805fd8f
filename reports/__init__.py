"""Report kinds: figures, PDF, XLSX, and export jobs with progress."""
