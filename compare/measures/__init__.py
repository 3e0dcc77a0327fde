"""Measures, one a file: pure functions of a space, of a space and judgments, or of two spaces."""
