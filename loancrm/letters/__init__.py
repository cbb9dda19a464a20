"""Messages and letters to customers: templates found, checked, and filled in with what is known."""
