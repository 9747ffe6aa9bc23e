"""The terminal as a platform: `easel imagine` connects to the process that owns the data directory."""
