"""The connection that Discord's events come through: client, supervision, shard leases, intents."""
