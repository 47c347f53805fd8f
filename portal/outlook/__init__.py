"""未来五年: what will fall due month by month, and where panels need more seats than there are experts."""
