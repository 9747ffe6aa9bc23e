"""Text models that draw by writing SVG: asked, read, checked, and asked once more where that failed."""
