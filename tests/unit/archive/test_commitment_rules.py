"""How long to wait before a commitment result is told again."""

from datetime import timedelta

from sixfold.archive import rules

MINUTE = timedelta(minutes=1)


def test_S10_pauses_double_up_to_half_an_hour() -> None:
    assert [rules.pause_after(attempts, 0.0) / MINUTE for attempts in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert rules.pause_after(1_000_000, 0.0) == 30 * MINUTE


def test_S10_chance_takes_up_to_half_of_a_pause_off() -> None:
    assert rules.pause_after(3, 1.0) == 2 * MINUTE
    assert rules.pause_after(3, 0.5) == 3 * MINUTE


def test_S10_a_result_gets_hundreds_of_attempts_and_an_attempt_gets_its_time() -> None:
    assert rules.COMMITMENT_LIFE / rules.pause_after(9, 0.0) > 300
    assert timedelta() < rules.COMMITMENT_HOLD < rules.COMMITMENT_LIFE
