"""Who has what to do: the board, and the reminders that are sent."""
