"""Other methods that learn from one picture, written from their papers, each a `fit` and a `sample`."""
