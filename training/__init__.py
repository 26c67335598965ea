"""The lab: data, splits, learners, evaluation and reports. Nothing imports it but its own commands."""
