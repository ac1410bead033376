"""Names from DNS as people read them."""

from functools import lru_cache

import idna


@lru_cache(maxsize=1024)
def shown(name: str) -> str:
    """The name in U-labels where they are right; otherwise as it stands."""
    if "xn--" not in name:
        return name
    try:
        return idna.decode(name)
    except idna.IDNAError:
        return name
