"""The pages of the tree."""
