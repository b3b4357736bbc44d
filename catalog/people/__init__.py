"""People and departments as planning looks after them."""
