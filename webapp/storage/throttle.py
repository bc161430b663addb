"""A brake on repeated tries that survives restarts and holds across processes: the token bucket."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.storage.base import utc_now
from webapp.storage.models import TokenBucket

IDLE = timedelta(days=1)


def take(session: Session, key: str, capacity: int, refill_s: float, *, now: datetime | None = None) -> int:
    """Take one token from the key's bucket; return 0, or the whole seconds to wait until there is one.

    A bucket holds `capacity` tokens and wins one back every `refill_s`. The
    caller commits, also when the answer was no.
    """
    now = now or utc_now()
    bucket = _locked_bucket(session, hashlib.sha256(key.encode()).hexdigest(), capacity, now)
    refilled = max((now - bucket.updated_at).total_seconds(), 0.0) / refill_s
    bucket.tokens = min(bucket.tokens + refilled, float(capacity))
    bucket.updated_at = now
    missing = round(1 - bucket.tokens, 6)  # 59/60 + 1/60 is a whole token, whatever floats say
    if missing > 0:
        return max(math.ceil(round(missing * refill_s, 3)), 1)
    bucket.tokens -= 1
    return 0


def forget_idle(session: Session, *, now: datetime | None = None) -> None:
    """Delete the buckets nobody has used for a day; they are full again by then."""
    idle = TokenBucket.updated_at <= (now or utc_now()) - IDLE
    if session.scalar(select(TokenBucket.key_hash).where(idle).limit(1)) is not None:
        session.execute(delete(TokenBucket).where(idle))


def _locked_bucket(session: Session, key_hash: str, capacity: int, now: datetime) -> TokenBucket:
    """Return the bucket with the write lock held, so that two tries at once cannot take the same token."""
    session.execute(update(TokenBucket).where(TokenBucket.key_hash == key_hash).values(tokens=TokenBucket.tokens))
    bucket = session.get(TokenBucket, key_hash, populate_existing=True)
    if bucket is None:
        bucket = TokenBucket(key_hash=key_hash, tokens=float(capacity), updated_at=now)
        session.add(bucket)
    return bucket
