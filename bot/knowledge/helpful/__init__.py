"""Whether answers helped: counted, without who said so."""
