"""Tables in files: reading CSV and XLSX that somebody brings, and cells that no spreadsheet calculates."""
