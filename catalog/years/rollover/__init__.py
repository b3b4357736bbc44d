"""Next year's catalogue from this year's: ``proposal`` says what would be written, ``writing`` writes exactly that."""
