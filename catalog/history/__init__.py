"""A year's figures from the workbooks in which they were kept, on a screen: upload → preview → confirm."""
