"""Understands a question: which topic it means, or what to ask back."""
