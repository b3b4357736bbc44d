"""The end of a department that was merged away: what follows from it, doing it and undoing it."""
