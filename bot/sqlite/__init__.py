"""SQLite files, as the state database and the playground use them: settings, and transactions in threads."""
