"""SVG written by models: sanitised by an allow-list, then rasterised in a sandboxed child process."""
