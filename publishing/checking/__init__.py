"""Whether what is kept still holds: closings, trail, papers, captures, files and the rules of the database."""
