"""What Easel remembers: the state database and the pictures' bytes. Knows no platform, no model and no job engine."""
