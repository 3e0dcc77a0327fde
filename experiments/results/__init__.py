"""What a run found, in memory and as a folder: run_folder, tables, environment, models."""
