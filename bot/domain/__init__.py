"""Pure data and rules: the standard library only, no I/O."""
