"""The pages and calls of collecting, one module and one blueprint a kind."""
