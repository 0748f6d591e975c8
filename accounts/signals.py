"""What the outbox tells whoever counts or logs; send with `send_robust`: no mail waits for what a receiver raises."""

from django.dispatch import Signal

claimed = Signal()  # sender: the model; count: how many rows somebody has just taken to send
moved = Signal()  # sender: the model; row: one that has just got the state that it bears
