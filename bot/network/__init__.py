"""The only room with sockets: resolver, guard, wire and the protocols spoken over it."""
