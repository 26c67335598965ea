"""Labelled photos: reading them, dividing them, reducing them."""
