"""The pages of the whole plan."""
