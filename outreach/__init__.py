"""What the public and the city exchange: opinions and their answers, requests for information, stories of districts, events."""
