"""Code that can make a model draw, one package for each kind of service."""
