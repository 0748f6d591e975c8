"""Pure rules: standard library only; no clock (`now` is passed in), no input or output, no database."""
