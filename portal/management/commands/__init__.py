"""Commands for installation, backups and checks."""
