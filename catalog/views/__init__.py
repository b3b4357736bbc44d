"""The pages by which planning runs the catalogue."""
