"""The chapters' own words against what they write: numbers, units, postings and readings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.core.expr.visitor import identify_variables

from dcplan import case as cases
from dcplan import model
from dcplan.case.money import CAPEX_ITEMS, OPEX_ITEMS
from dcplan.model.ledger import ACCOUNTS, Ledger

Options = tuple[cases.Case, ...]
Done = Mapping[str, tuple[set[tuple[str, str]], set[str]]]
UNITS = {
    **{"mw": "MW", "km": "km", "gwh": "GWh"},
    **{"musd": "MUSD", "eflops": "EFLOP/s", "kt": "kt"},
}
BY_NAME = {
    **dict.fromkeys(("added", "running", "kept"), "kchips"),
    **dict.fromkeys(("flow", "source", "back", "drain"), "sites"),
    "pods": "pods",
    "running_kchips": "kchips",
}
MONEY = {"capex_musd", "opex_musd", "residual_musd"}


def chapter_name(chapter: ModuleType) -> str:
    return chapter.__name__.rpartition(".")[2]


def section(chapter: ModuleType, title: str) -> str:
    """The text of a section of a chapter's docstring, up to the next title or blank line."""
    text = re.search(rf"^{title}\b(.*?)(?=^\S|\n\n|\Z)", chapter.__doc__ or "", re.M | re.S)
    assert text, f"{chapter.__name__} has no {title}"
    return " ".join(text[1].split())


def numbers(chapter: ModuleType) -> list[str]:
    """The numbers of the Equations section, in order."""
    text = (chapter.__doc__ or "").partition("\nEquations\n")[2].partition("\n\n")[0]
    return re.findall(r"^  ([A-Z]\d+)\s", text, re.M)


@pytest.fixture(scope="module", params=model.CHAPTERS, ids=chapter_name)
def chapter(request: pytest.FixtureRequest) -> ModuleType:
    return request.param


@pytest.fixture(scope="module")
def models(every_option: Options) -> list[pyo.ConcreteModel]:
    return [model.build(case) for case in every_option]


def families(m: pyo.ConcreteModel, chapter: ModuleType) -> list[tuple[str, str]]:
    """Number and name of each family of a chapter that has rows; the objective is one."""
    block = m.component(chapter_name(chapter))
    found = []
    for component in block.component_objects((pyo.Constraint, pyo.Objective)):
        number = re.match(r"([A-Z]\d+)  \S.*   \[[^\]]+\]$", component.doc or "")
        assert number, f"{component.name} has no numbered equation with a unit: {component.doc}"
        if len(component):
            found.append((number[1], component.local_name))
    return found


def test_every_equation_is_one_family(models: list[pyo.ConcreteModel], chapter: ModuleType) -> None:
    """Equations of the docstring and families of the model match one to one.

    **Proves** that the page a reader sees is the model that is solved.
    **Sensitivity** an equation added, dropped, doubled or renumbered on one side only.
    """
    said = numbers(chapter)
    assert said == [f"{said[0][0]}{i + 1}" for i in range(len(said))]
    written = set()
    for m in models:
        found = families(m, chapter)
        assert len({number for number, _ in found}) == len(found), "a number is used twice"
        written |= set(found)
    assert sorted(number for number, _ in written) == sorted(said)


def test_every_variable_has_its_unit(models: list[pyo.ConcreteModel]) -> None:
    """**Proves** that a variable's doc ends in the unit its name says. **Sensitivity** either one."""
    for m in models:
        for var in m.component_objects(pyo.Var):
            unit = re.search(r"\S   \[([^\]]+)\]$", var.doc or "")
            assert unit, f"{var.name} has no unit: {var.doc}"
            word = var.local_name.rpartition("_")[2]
            assert unit[1] == UNITS.get(word, BY_NAME.get(var.local_name, "-")), var.name


def test_only_yes_or_no_is_whole(models: list[pyo.ConcreteModel]) -> None:
    """**Proves** that integers are binaries, or pods, and no other. **Sensitivity** a relaxed binary."""
    binary = {
        v.name for m in models for v in m.component_objects(pyo.Var) if next(v.values()).is_binary()
    }
    whole = {
        v.name
        for m in models
        for v in m.component_objects(pyo.Var)
        if not next(v.values()).is_continuous()
    }
    assert whole - binary == {"chips.pods"}
    assert binary == {
        *("sites.open", "halls.design", "training.bracket"),
        *("fibre.root", "fibre.way", "links.speed", "grid.accepts"),
        *("chips.uses", "chips.signed", "sites.served"),
        *("training.done", "domains.domain"),
    }


class Recorder(Ledger):
    """Keeps account of who posts and reads; what is read is a variable of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.stand_in = pyo.Var(range(10**6), dense=False)
        self.block = pyo.Block(concrete=True)
        self.block.x = self.stand_in
        self.posted: list[tuple[str, Hashable, Any]] = []
        self.reads: set[str] = set()

    def post(self, account: str, index: Hashable, term: Any) -> None:
        super().post(account, index, term)
        self.posted.append((account, index, term))

    def read(self, account: str, index: Hashable) -> Any:
        super().read(account, index)
        self.reads.add(account)
        return self.stand_in[len(self.stand_in)]


def written_alone(case: cases.Case) -> Iterator[tuple[str, pyo.Block, Recorder]]:
    """Each chapter's block with what it posted and read, in the model's order."""
    m, ledger = pyo.ConcreteModel(), Recorder()
    for chapter in model.CHAPTERS:
        ledger.posted, ledger.reads = [], set()
        chapter.write(m, case, ledger)
        yield chapter_name(chapter), m.component(chapter_name(chapter)), ledger


def foreign(block: pyo.Block, ledger: Recorder) -> set[str]:
    """Decisions of other chapters in a chapter's equations and postings."""
    rows = block.component_data_objects((pyo.Constraint, pyo.Objective))
    expressions = [row.expr for row in rows] + [term for _, _, term in ledger.posted]
    used = [v.parent_component() for e in expressions for v in identify_variables(e)]
    own = (block, ledger.block)
    return {v.local_name for v in used if not any(v.parent_block() is b for b in own)}


def said_posts(chapter: ModuleType) -> set[tuple[str, str]]:
    """(account, item) of a Posts section; the item is '' where the account has none."""
    found = set()
    for part in section(chapter, "Posts").split(";"):
        names, _, items = part.partition("(")
        listed = re.sub(r"^items? ", "", items.rstrip(") ")).split(", ") if items else [""]
        for account in re.findall(r"\w+", names):
            if account != "nothing":
                found |= {(account, i) for i in (listed if account in MONEY else [""])}
    return found


def posts_of(ledger: Recorder) -> set[tuple[str, str]]:
    """(account, item) of what a chapter posted; the item is '' where the account has none."""
    return {
        (account, str(index[0] if isinstance(index, tuple) else index) if account in MONEY else "")
        for account, index, _ in ledger.posted
    }


@pytest.fixture(scope="module")
def done(every_option: Options) -> Done:
    """What each chapter posts, and what it reads, over every case."""
    found: dict[str, tuple[set[tuple[str, str]], set[str]]] = defaultdict(lambda: (set(), set()))
    for case in every_option:
        for name, block, ledger in written_alone(case):
            posts, reads = found[name]
            posts |= posts_of(ledger)
            reads |= ledger.reads | foreign(block, ledger)
    return found


def test_posts_and_reads_are_as_said(done: Done, chapter: ModuleType) -> None:
    """What a chapter says it posts and reads is what it does.

    **Proves** the Posts and Reads sections, account by account and item by item; Reads also lists
    the decisions of other chapters.
    **Sensitivity** one term posted to another account, or one decision read off the model.
    """
    posts, reads = done[chapter_name(chapter)]
    assert posts == said_posts(chapter)
    said = set(re.findall(r"\w+", section(chapter, "Reads"))) - {"nothing"}
    assert reads == said


def test_accounts_hold_only_listed_items(done: Done) -> None:
    """**Proves** that M1 to M3 add up every item posted. **Sensitivity** a new, unlisted item."""
    posted = {post for posts, _ in done.values() for post in posts if post[0] in MONEY}
    assert {i for account, i in posted if account != "opex_musd"} == set(CAPEX_ITEMS)
    assert {i for account, i in posted if account == "opex_musd"} == set(OPEX_ITEMS)
    assert set(ACCOUNTS) > MONEY


def test_a_term_posted_late_is_refused() -> None:
    """**Proves** that no term is lost after its account was read. **Sensitivity** the order."""
    ledger = Ledger()
    ledger.post("load_mw", ("a", 2027), 1.0)
    assert ledger.read("load_mw", ("a", 2027)) == 1.0
    assert ledger.read("load_mw", ("b", 2027)) == 0
    with pytest.raises(ValueError, match="load_mw is closed"):
        ledger.post("load_mw", ("b", 2027), 1.0)
    ledger.post("it_mw", ("a", 2027), 1.0)
    assert ledger.unread() == ("it_mw",)
