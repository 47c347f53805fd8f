"""Exchange with the public: opinions and answers, requests for information, stories of districts, events."""
