"""Numbers as charts, tables and pages."""
