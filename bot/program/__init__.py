"""The commands of the command line, each with the parts that it needs."""
