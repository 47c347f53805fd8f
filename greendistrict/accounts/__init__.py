"""Users, organisations and the posts that connect them."""
