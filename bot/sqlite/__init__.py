"""SQLite access for the state database and the web playground: engine settings, and transactions in threads."""
