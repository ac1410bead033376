"""The ground floor: frozen values that both wings share; it imports nothing of the house."""
