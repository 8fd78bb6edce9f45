"""The Department's workbook: every figure of the day in sheets that can be filtered and added up."""
