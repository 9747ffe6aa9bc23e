"""Everything an administrator can set. Only the composition root reads it; nothing else looks at the environment."""
