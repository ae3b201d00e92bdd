"""The records behind a figure: for every count column, exactly as many as the figure says."""
