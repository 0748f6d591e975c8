"""Redis as the broker, with every word of it that is no answer taken as a line that broke."""

from kombu.transport import redis as kombu_redis
from redis.exceptions import ResponseError


class Transport(kombu_redis.Transport):
    """Connects anew when Redis is read-only, failing over, loading or full.

    For kombu such an answer is an error of the channel, of which a worker dies. A worker has to outlive any state of
    its broker: its ticks go by the broker too, and what is due waits in its row until one comes through again.
    """

    connection_errors = (*kombu_redis.Transport.connection_errors, ResponseError)
