"""What happens when something arrives: an event becomes an accepted job, or a private answer."""
