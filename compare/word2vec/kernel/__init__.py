"""Skip-gram as compiled code: lanes, products, draws → groups → rows → batches.

The same arithmetic as ``blocks.py`` and ``row_steps.py``; ``numba_backend.py`` calls it. Nothing
here is imported where numba is missing.
"""
