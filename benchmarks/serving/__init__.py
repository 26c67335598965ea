"""Parts of `benchmarks.serve`: who takes part, what is recorded, what is aimed at, and the page."""
