"""What Discord sends, parsed once into frozen dataclasses: interactions, messages and answers of the REST API."""
