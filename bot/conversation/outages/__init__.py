"""Outages: noticed in what people ask, looked at, confirmed by helpers, told to all who ask."""
