"""The model catalog: loads `models.toml`, completes requests for a model, and estimates and computes prices."""
