"""Several models measured alike, side by side; see :mod:`training.comparison.compare`."""
