"""The pages of one programme and of one indicator."""
