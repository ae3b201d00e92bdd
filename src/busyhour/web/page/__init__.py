"""The analytics page's own requests: figures, records, exports; each for the company of the session alone."""
