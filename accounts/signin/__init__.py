"""Signing in, staying signed in, and showing once more who one is."""
