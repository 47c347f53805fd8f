"""Cases of districts (application, acceptance, loss of title, change), notices, announcements, titles, remedies, settings."""
