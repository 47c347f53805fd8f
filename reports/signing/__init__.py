"""Digital signatures of PDFs (PAdES): made with the portal's key, checked without opening the file."""
