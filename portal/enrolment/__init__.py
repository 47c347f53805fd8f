"""Import and export of organisations, accounts and posts as workbooks."""
