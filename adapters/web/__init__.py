"""The playground: a simulated team chat in the browser, to try Easel without an account."""
