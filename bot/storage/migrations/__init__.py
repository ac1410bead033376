"""The steps from each former state of the tables to the next."""
