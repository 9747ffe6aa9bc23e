"""Image processing: pure functions from bytes to bytes, based on Pillow, and the thread pool in which they run."""
