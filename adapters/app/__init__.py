"""Starting Easel and saying how it is."""
