"""What leaves by mail, and what did not."""
