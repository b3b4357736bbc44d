"""The acta of a closing: the paper that says what was closed, what lacked and who signs."""
