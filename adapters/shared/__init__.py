"""Code shared by several platforms, independent of each."""
