"""Progress waits in memory until the writer fetches it, and nothing told is lost."""

from dataclasses import replace

from tests.storage.makers import FINDINGS
from webapp.background.report import RunReport
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Findings

MX = Step("source:mx", StepGroup.SOURCE, StepState.RUNNING, "uspeh.test", 0)
SRV = replace(MX, key="source:srv")
MX_DONE = replace(MX, state=StepState.OK)


def test_a_changed_step_keeps_its_place() -> None:
    report = RunReport()

    for step in (MX, SRV, MX_DONE):
        report.step(step)

    assert report.fetch().steps == {MX.key: (0, MX_DONE), SRV.key: (1, SRV)}


def test_only_changes_are_fetched() -> None:
    report = RunReport()
    report.step(MX)
    report.findings(Findings())
    report.fetch()

    report.step(SRV)

    news = report.fetch()
    assert (news.steps, news.findings) == ({SRV.key: (1, SRV)}, None)
    assert not report.fetch()


def test_news_that_could_not_be_written_come_again_but_never_older_than_newer_ones() -> None:
    report = RunReport()
    report.step(MX)
    report.step(SRV)
    report.findings(Findings())
    unwritten = report.fetch()
    report.step(MX_DONE)
    report.findings(FINDINGS)

    report.give_back(unwritten)

    news = report.fetch()
    assert news.steps == {MX.key: (0, MX_DONE), SRV.key: (1, SRV)}
    assert news.findings == report.best == FINDINGS
