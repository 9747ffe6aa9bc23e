"""The provider for the offline model "sketch": draws simple scenes from a small vocabulary. No AI, no network."""
