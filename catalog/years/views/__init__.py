"""The pages of fiscal years."""
