"""What `manage.py doctor` looks at: each look tells what it found, and how a fault is mended."""
