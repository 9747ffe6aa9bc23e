"""The platforms Easel speaks on, and the one place where everything is put together (`bootstrap`)."""
