"""What is measured, against what: `make bench`, or `make bench ARGS="reports --rows 1000000"`."""
