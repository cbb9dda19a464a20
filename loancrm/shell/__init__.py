"""What every command shares: how it is declared, its common options, its help, its faults."""
