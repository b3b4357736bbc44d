"""What is printed for people who sign or carry it: the report of a quarter or month, a programme's ficha, the card."""
