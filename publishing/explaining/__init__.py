"""What made a cut-off say something else today than its closing: each difference with its acts, or without any."""
