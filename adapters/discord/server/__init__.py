"""What is known of a Discord server: places, permissions, members, attachments and file limits."""
