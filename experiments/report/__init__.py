"""The report: sections, evaluated once, in four renderings.

section (the records), contents (all of them, in order), document (evaluation), html, markdown,
latex, terminal; sections, one file each; evaluation and index.
"""
