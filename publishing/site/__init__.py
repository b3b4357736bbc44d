"""The pages that citizens read: files made of the closings' documents, the same at every address and on every disk."""
