"""The provider for text models that draw by writing SVG."""
