"""One module a family of panels: a part of a survey in, its rows, chart and words out."""
