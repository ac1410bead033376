"""Text or bytes in, a frozen value or FormatError out; no I/O."""
