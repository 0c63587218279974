"""What is known, as data with its sources: words for the runner; later exercises, norms and evidence."""
