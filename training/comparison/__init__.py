"""Several models measured alike, side by side; see :mod:`training.compare`."""
