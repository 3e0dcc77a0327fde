"""The lesson: one sentence through both pipelines, step by step, as one page."""
