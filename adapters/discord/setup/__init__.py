"""Setting Discord up: the doctor, the invite link, registering the commands."""
