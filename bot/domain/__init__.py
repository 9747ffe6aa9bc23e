"""The data types and rules of the core: standard library only, no I/O."""
