"""The runner: config → stages → comparison → run folder → report; and the command line."""
