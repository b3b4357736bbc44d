"""The catalogue's file: its columns, reading it, writing it, and giving it back with its errors."""
