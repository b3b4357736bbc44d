"""Evidence: the files that support figures."""
