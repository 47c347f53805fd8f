"""Read reviews: lists, desks, scores, papers, candidates with conflicts of interest."""
