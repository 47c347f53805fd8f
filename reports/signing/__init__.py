"""Digital signatures of PDFs (PAdES): created with the portal's key, verified without rendering the file."""
