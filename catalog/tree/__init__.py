"""The catalogue by hand: the tree, one thing of it, and writing it."""
