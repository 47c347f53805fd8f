"""Steps of an application, its corrections, endorsements and review papers."""
