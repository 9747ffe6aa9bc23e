"""The playground: a team chat in the browser, for trying Easel without an account anywhere."""
