"""The pages of people and departments."""
