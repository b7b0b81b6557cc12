"""Figures: what tests measured, as one table at the end of the run.

A test asks for the fixture `figure` and calls `figure("stored after delivery", 0.41, "s")`. Such tests carry
the marker `figures` by themselves, which is what `make figures` selects. A figure travels inside the test's
report, so it comes home from an xdist worker as well.
"""

from collections.abc import Callable

import pytest

from tests import sizes

Figure = Callable[..., None]  # (name, value, unit="")
PROPERTY = "figure"
SEPARATOR = "\t"


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Note a measured value under a name that a reader understands without the test."""
    return noted_on(request.node)


def noted_on(test: pytest.Item) -> Figure:
    """The same for a test that measures nothing, and has something to tell now and then."""

    def note(name: str, value: float | str, unit: str = "") -> None:
        test.user_properties.append((PROPERTY, SEPARATOR.join((name, written(value), unit))))

    return note


def written(value: float | str) -> str:
    """A value as a reader wants it: whole numbers with separators, others to three digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


class Table:
    """Collects the figures of all reports, in the order in which tests ended."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":  # the last report of a test carries all that it noted
            for key, noted in report.user_properties:
                if key == PROPERTY:
                    name, value, unit = str(noted).split(SEPARATOR)
                    self.rows.append((name, value, unit))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.rows:
            return
        wide = max(len(name) for name, _, _ in self.rows)
        high = max(len(value) for _, value, _ in self.rows)
        terminalreporter.write_sep("=", f"figures, size {sizes.name()}")
        for name, value, unit in self.rows:
            terminalreporter.write_line(f"{name:<{wide}}  {value:>{high}} {unit}".rstrip())


def pytest_configure(config: pytest.Config) -> None:
    try:
        sizes.name()
    except sizes.UnknownSizeError as error:
        raise pytest.UsageError(str(error)) from error
    config.addinivalue_line("markers", "figures: measures something (set by itself, by the fixture `figure`)")
    config.pluginmanager.register(Table(), "figures-table")


def pytest_report_header() -> str:
    return f"test size: {sizes.name()} ({sizes.VARIABLE}={'|'.join(sizes.NAMES)})"


@pytest.hookimpl(tryfirst=True)  # before `-m` selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "figure" in getattr(item, "fixturenames", ()):
            item.add_marker("figures")
