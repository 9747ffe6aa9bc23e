"""The terminal as a platform: `easel imagine` talks to whichever process owns the data directory."""
