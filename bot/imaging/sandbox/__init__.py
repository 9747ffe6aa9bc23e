"""The sandboxed child process that renders SVG and text, and the code that starts it."""
