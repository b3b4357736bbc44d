"""The pages of capture."""
