"""Anonymous reports: taken, sealed, answered and read without anyone learning who wrote."""
