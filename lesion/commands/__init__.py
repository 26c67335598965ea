"""The commands of :mod:`lesion.cli`, one module each."""
