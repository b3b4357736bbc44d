"""What a process keeps of what it made, by what it made it of: bounded, shared by its threads, never by time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

Item = TypeVar("Item", covariant=True)
Value = TypeVar("Value")


class Same(tuple[Item, ...], Generic[Item]):
    """Equal to others as tuples are, but what was kept by it is found by this very object only, at no cost."""

    __slots__ = ()
    __hash__ = object.__hash__


class Keeper(Generic[Value]):
    """The ``most`` values that were asked for last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def find(self, key: Hashable) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> Value:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)
        return value

    def made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What was made of the same key, or is made now; of nothing (a key that is None) it is made every time."""
        if key is None:
            return make()
        found = self.find(key)
        return self.keep(key, make()) if found is None else found


def written(row: Any) -> tuple[Hashable, ...]:
    """All that was read of a model's row, of the rows beside it nothing: what was made of it is told by this."""
    return tuple(hashable(item) for item in vars(row).items() if item[0] != "_state")


def hashable(value: Any) -> Hashable:
    """The value itself or, where it holds JSON, how it reads."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    found: Hashable = value
    return found
