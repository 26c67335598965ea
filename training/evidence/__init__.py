"""What a bundle is worth: calibration and measurement."""
