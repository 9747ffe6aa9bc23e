"""The core of Easel: parses commands, runs drawing jobs durably and stores versions. Independent of any platform."""
