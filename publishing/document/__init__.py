"""The document of a closing: how it is made, and how all of it is worked out again from itself."""
