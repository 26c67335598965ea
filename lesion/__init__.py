"""The core that training and serving share: decoding, preprocessing, bundle, calibration, evidence.

Importing this package loads none of its modules, so that `import lesion` stays light.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
