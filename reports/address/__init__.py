"""What is in a page's address: year, cut-off and scope, filters and order, the way back."""
