"""What one officer asked for and a second person confirms."""
