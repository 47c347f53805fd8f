"""What every matter filed with the city shares: dates, people who file and decide, lists, steps, the message after each."""
