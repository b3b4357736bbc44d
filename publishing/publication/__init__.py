"""What everybody reads: planning publishes and takes down, a task writes the folder, and it is served as it is."""
