"""How good answers are, with intervals: what ``evaluate`` and the record of a clinic measure alike.

``metrics`` and ``bootstrap`` compute, ``blocks`` gives what was found the names that ``metrics.json`` has,
``reading`` reads it by these and prints it.
Nothing but numpy is needed.
"""
