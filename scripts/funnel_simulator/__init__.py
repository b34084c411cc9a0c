"""Sessions drawn from a world whose true rates are known: for tests, benches and the demo tenant."""
