"""Reading reviews: lists, desks, scores, papers, the pool with its conflicts of interest."""
