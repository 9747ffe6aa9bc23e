"""What several platforms need and none of them owns. Knows no platform."""
