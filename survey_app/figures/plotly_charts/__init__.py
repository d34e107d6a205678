"""One module a kind of chart: the specification in, Plotly's traces and layout out."""
