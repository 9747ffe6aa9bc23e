"""Pictures: bytes in, bytes out. Pure functions on Pillow, and the one pool of threads where they run."""
