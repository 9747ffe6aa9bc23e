"""What each model can do, what it costs and until when it is served: data in `models.toml`, read and judged here."""
