"""未来五年: what falls due in each month, and months whose panels need more seats than there are experts."""
