"""The JSON shapes of vendors and corpora: one file a family, each with its ``SHAPES``; a file put here is a format.

What they share stands in the package ``shared``.
"""

from __future__ import annotations

import functools
import pkgutil
from importlib import import_module

from coach.readers.vendor import Shape


@functools.cache
def vendor_shapes() -> tuple[Shape, ...]:
    """Return the shapes of all modules here, in the order of the modules' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return tuple(shape for name in names for shape in import_module(f"{__name__}.{name}").SHAPES)
