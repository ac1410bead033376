"""Documents to what a front-end shows; escaping lives only here."""
