"""The command line: parse, call, render.

main (the command, and what a mistake looks like), run, train (options_to_flags), look, evaluate,
check_vectors, lists; shown and progress_display (how things look on a terminal).
"""
