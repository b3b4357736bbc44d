"""Files in layouts of their own: finding the header, proposing what each column is, laying the rows in our columns."""
