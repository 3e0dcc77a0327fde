"""Figures: tables and looks → matplotlib figures. They compute nothing and choose no backend.

style (colours, markers), then one figure a module.
"""
