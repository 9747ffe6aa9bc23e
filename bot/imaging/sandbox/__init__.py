"""The child process in which SVG and lettering are drawn, and how it is started."""
