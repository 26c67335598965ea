"""The report of a bundle: what its measurements say, in pictures, tables and plain words."""
