"""What an agent lives in: environments, their spaces, and what is known of them."""
