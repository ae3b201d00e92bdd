"""The clock of several hosts: asked seldom, carried on in between, whatever happens to a host's own."""

import pytest

from busyhour.store.shared_clock import SharedClock


class _World:
    """A server's clock that is told after a while, and a monotonic clock."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.ahead = 1_000.0
        self.on_the_way = 0.0
        self.asked = 0

    def ask(self) -> float:
        self.asked += 1
        self.passed += self.on_the_way / 2
        told = self.passed + self.ahead
        self.passed += self.on_the_way / 2
        return told

    def monotonic(self) -> float:
        return self.passed


@pytest.fixture
def world() -> _World:
    return _World()


@pytest.fixture
def clock(world: _World) -> SharedClock:
    return SharedClock(world.ask, world.monotonic)


def test_it_goes_on_without_asking(world: _World, clock: SharedClock) -> None:
    assert clock() == 1_000.0
    world.passed += 9.5
    assert clock() == 1_009.5
    assert world.asked == 1


def test_it_is_asked_again_after_a_while(world: _World, clock: SharedClock) -> None:
    assert clock() == 1_000.0
    world.ahead = 2_000.0
    world.passed += 10.0
    assert clock() == 2_010.0
    assert world.asked == 2


def test_the_way_of_the_answer_is_allowed_for(world: _World, clock: SharedClock) -> None:
    world.on_the_way = 0.5
    assert clock() == world.passed + world.ahead


def test_what_cannot_be_asked_is_told_and_asked_again(world: _World) -> None:
    answers = iter([OSError("away"), 1_000.0])

    def ask() -> float:
        answer = next(answers)
        if isinstance(answer, float):
            return answer
        raise answer

    clock = SharedClock(ask, world.monotonic)
    with pytest.raises(OSError, match="away"):
        clock()
    assert clock() == 1_000.0
