"""The pages: what they say (views, pure) and where they live (routes)."""
