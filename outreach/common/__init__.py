"""What opinions, stories and events share: receipts with a secret code, areas to file under."""
