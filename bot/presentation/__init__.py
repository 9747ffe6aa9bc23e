"""What people see, in neutral form: cards, their words, and how they shrink to what a platform can show."""
