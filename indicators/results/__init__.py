"""Results, read: which pair counts, the rows behind it, and what calculations makes of them."""
