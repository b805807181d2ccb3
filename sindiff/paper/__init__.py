"""The paper's experiments as data, and the tables that they end in."""
